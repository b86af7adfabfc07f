// One phone on the desk: it draws what the emulator says is on its screen and does what is pressed.

import { about, bubble } from "./bubbles.js";
import { PhoneMenu } from "./phone_menu.js";
import { $, button, dayKey, inWords, languageName, localeOf, make, post, say } from "./pieces.js";
import { startCode } from "./rich_text.js";

// `desk` is told when the phone is chosen or its unread count changes, and can refresh everything.
export class Phone {
  constructor(view, index, desk) {
    this.desk = desk;
    this.id = view.id;
    this.seenNotices = desk.drawn ? 0 : view.notifications.length;
    this.seenAnswers = desk.drawn ? 0 : view.answers.length;
    this.bubbles = new Map();
    this.editing = null;
    this.inView = false;
    this.node = $("phone-template").content.firstElementChild.cloneNode(true);
    this.node.id = `phone-${view.id}`;
    this.node.querySelector(".avatar").dataset.tint = index % 5;
    for (const name of ["chat", "toast", "composer", "gate", "keys", "menu", "more", "newer", "picker", "editing", "try"]) {
      this[`${name}Node`] = this.node.querySelector(`.${name}`);
    }
    this.input = this.node.querySelector("textarea");
    this.chip = button("", "chip", () => this.bringIntoView());
    this.wire();
  }

  wire() {
    this.composerNode.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
      if (event.key === "Escape" && this.editing) this.stopEditing();
    });
    this.input.addEventListener("input", () => this.grow());
    this.node.querySelector(".stop-editing").addEventListener("click", () => this.stopEditing());
    new PhoneMenu(this, this.moreNode, this.menuNode);
    this.tryNode.addEventListener("click", () => this.desk.tryOn(this));
    this.newerNode.addEventListener("click", () => this.toNewest());
    this.endInSight = true;
    this.chatNode.addEventListener("scroll", () => { this.newerNode.hidden = this.endInSight = this.atEnd(); });
    new ResizeObserver(() => { if (this.endInSight) this.toNewest(); }).observe(this.chatNode);
    this.pickerNode.addEventListener("change", () => this.sendPicked());
    new IntersectionObserver((entries) => {
      this.inView = entries.at(-1).isIntersecting;
      if (this.inView) { this.toNewestIfFresh(); this.markSeen(); }
    }, { threshold: 0.55 }).observe(this.node);
  }

  bringIntoView() {
    this.desk.choose(this);
    this.chip.scrollIntoView({ inline: "nearest", block: "nearest" });
    this.node.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", inline: "center", block: "nearest" });
    this.markSeen();
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const code = startCode(text);
    const done = this.editing
      ? await post(`phones/${this.id}/edit`, { message_id: this.editing, text })
      : code ? await post(`phones/${this.id}/start`, { payload: code })
        : await post(`phones/${this.id}/text`, { text });
    if (!done) return;
    this.stopEditing();
    this.toNewest();
  }

  startEditing() {
    const own = this.view.messages.filter((one) => one.from === "person" && one.text && !one.history).at(-1);
    if (!own) { say("Nothing to edit yet."); return; }
    this.editing = own.message_id;
    this.editingNode.hidden = false;
    this.input.value = own.text;
    this.grow();
    this.input.focus();
  }

  stopEditing() {
    this.editing = null;
    this.editingNode.hidden = true;
    this.input.value = "";
    this.grow();
  }

  async sendPicked() {
    const file = this.pickerNode.files[0];
    if (!file) return;
    const form = new FormData();
    form.append("file", file);
    const reply = await fetch(`/emulator/phones/${this.id}/document`, { method: "POST", body: form });
    if (!reply.ok) say("The file could not be sent.");
    this.pickerNode.value = "";
  }

  atEnd() { return this.chatNode.scrollHeight - this.chatNode.scrollTop - this.chatNode.clientHeight < 60; }
  toNewest() { this.chatNode.scrollTop = this.chatNode.scrollHeight; }
  toNewestIfFresh() { if (!this.scrolledOnce) { this.toNewest(); this.scrolledOnce = true; } }

  markSeen() {
    if (!this.view || document.hidden) return;
    this.seenNotices = this.view.notifications.length;
    this.drawChip();
  }

  unread() { return Math.max(0, this.view.notifications.length - this.seenNotices); }

  drawChip() {
    const unread = this.unread();
    this.chip.replaceChildren(make("span", "", this.view.name));
    if (unread) {
      const badge = make("span", "count", String(unread));
      badge.append(make("span", "sr", " unread"));
      this.chip.append(badge);
    }
    this.node.classList.toggle("unread", unread > 0);
    this.desk.countUnread();
  }

  draw(view) {
    const first = this.view === undefined;
    this.seenNotices = Math.min(this.seenNotices, view.notifications.length);
    this.view = view;
    const name = [view.name, view.last_name].filter(Boolean).join(" ");
    const botName = view.bot?.name ?? "No bot yet";
    this.node.querySelector(".owner-name").textContent = name;
    this.node.querySelector(".owner-language").textContent = languageName(view.language_code);
    this.node.querySelector(".bot-name").textContent = botName;
    this.node.querySelector(".bot-state").textContent = view.typing ? "typing…" : "bot";
    this.node.querySelector(".avatar").textContent = botName.slice(0, 1).toUpperCase();
    this.moreNode.setAttribute("aria-label", `More on ${view.name}'s phone`);
    this.tryNode.setAttribute("aria-label", `Try something on ${view.name}'s phone`);
    this.input.setAttribute("aria-label", `Message from ${view.name}`);
    this.chatNode.setAttribute("aria-label", `Chat on ${view.name}'s phone`);
    const wasAtEnd = first || this.atEnd();
    const grew = this.drawMessages(view);
    this.drawFoot(view);
    this.drawAnswers(view);
    if (wasAtEnd) this.toNewest(); else if (grew) this.newerNode.hidden = false;
    if (this.inView && !document.hidden) this.seenNotices = view.notifications.length;
    this.drawChip();
    if (view.typing) setTimeout(this.desk.refresh, 5200);
  }

  drawMessages(view) {
    const language = localeOf(view.language_code);
    const sorted = [...view.messages].sort((a, b) => a.at.localeCompare(b.at) || a.order - b.order);
    const kept = new Set();
    let day = "", after = null, grew = false;
    const place = (key, signature, build) => {
      let entry = this.bubbles.get(key);
      if (!entry || entry.signature !== signature) {
        const node = build();
        const hadFocus = entry?.node.contains(document.activeElement);
        entry?.node.replaceWith(node);
        if (hadFocus) this.chatNode.focus({ preventScroll: true });
        grew ||= !entry;
        entry = { node, signature };
        this.bubbles.set(key, entry);
      }
      const wanted = after ? after.nextSibling : this.chatNode.firstChild;
      if (wanted !== entry.node) this.chatNode.insertBefore(entry.node, wanted);
      after = entry.node;
      kept.add(key);
    };
    if (!sorted.length) {
      place("about", JSON.stringify([view.description, view.bot?.name]), () => about(view));
    }
    sorted.forEach((message, index) => {
      const at = new Date(message.at);
      if (dayKey(at) !== day) {
        day = dayKey(at);
        place(`day-${day}`, language, () => make("div", "day-line", inWords(at, { weekday: "long", day: "numeric", month: "long" }, language)));
      }
      const next = sorted[index + 1];
      const last = !next || next.from !== message.from || dayKey(new Date(next.at)) !== day;
      place(`m-${message.message_id}`, JSON.stringify([message, last]), () => bubble(this, message, at, last));
    });
    for (const [key, entry] of this.bubbles) {
      if (!kept.has(key)) { entry.node.remove(); this.bubbles.delete(key); }
    }
    return grew;
  }

  drawFoot(view) {
    const keyboard = view.reply_keyboard;
    const gated = view.deactivated || view.blocked || !view.started;
    this.composerNode.hidden = gated;
    this.gateNode.hidden = !gated;
    if (gated) this.drawGate(view);
    const signature = JSON.stringify([gated, keyboard]);
    this.keysNode.hidden = gated || !keyboard;
    if (signature === this.keysSignature) return;
    this.keysSignature = signature;
    this.keysNode.classList.toggle("roomy", !keyboard?.resize_keyboard);
    this.keysNode.replaceChildren(...(keyboard?.keyboard ?? []).map((line) => {
      const row = make("div", "key-row");
      row.append(...line.map((one) => button(one.text, "key", () => post(`phones/${this.id}/tap`, { label: one.text }))));
      return row;
    }));
    this.input.placeholder = keyboard?.input_field_placeholder || "Message";
  }

  drawGate(view) {
    const text = this.gateNode.querySelector(".gate-text");
    const press = this.gateNode.querySelector(".gate-button");
    press.hidden = view.deactivated;
    text.textContent = view.deactivated ? "This account is deactivated." : view.blocked ? "You blocked this bot." : "";
    text.hidden = !text.textContent;
    press.textContent = view.blocked ? "Unblock" : "Start";
    press.onclick = () => post(`phones/${this.id}/${view.blocked ? "unblock" : "start"}`);
  }

  drawAnswers(view) {
    const fresh = view.answers.slice(Math.min(this.seenAnswers, view.answers.length)).filter((one) => one.text);
    this.seenAnswers = view.answers.length;
    const last = fresh.at(-1);
    if (!last) return;
    this.toastNode.textContent = last.text;
    this.toastNode.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { this.toastNode.hidden = true; }, last.show_alert ? 9000 : 4500);
  }
}
