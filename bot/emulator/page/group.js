// One group on the desk: what is said in it, by whom, and what can happen to it.

import { bubble } from "./bubbles.js";
import { $, button, dayKey, inWords, make, post } from "./pieces.js";

// A group that became a supergroup goes on as one chat, as on a phone: what it was comes first.
export function livingGroups(views) {
  const before = new Map();
  for (const view of views) if (view.migrated_to) before.set(view.migrated_to, view);
  return views.filter((view) => !view.migrated_to).map((view) => {
    const past = [];
    for (let old = before.get(view.id); old; old = before.get(old.id)) past.unshift(old);
    const chats = [...past, view];
    return {
      ...view,
      key: chats[0].id,
      messages: chats.flatMap((chat) => chat.messages.map((one) => ({ ...one, chat: chat.id }))),
    };
  });
}

export class Group {
  constructor(view, desk) {
    this.desk = desk;
    this.isGroup = true;
    this.node = $("phone-template").content.firstElementChild.cloneNode(true);
    this.node.classList.add("group");
    for (const name of ["chat", "composer", "menu", "more", "newer", "keys"]) this[`${name}Node`] = this.node.querySelector(`.${name}`);
    this.input = this.node.querySelector("textarea");
    this.writer = make("select", "writer");
    this.writer.setAttribute("aria-label", "Who writes");
    this.composerNode.prepend(this.writer);
    this.keysNode.hidden = true;
    this.chip = button("", "chip", () => this.bringIntoView());
    this.wire();
  }

  wire() {
    this.composerNode.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
    });
    this.moreNode.addEventListener("click", () => this.openMenu(this.menuNode.hidden));
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.menuNode.hidden) { this.openMenu(false); this.moreNode.focus(); }
    });
    document.addEventListener("click", (event) => {
      if (!this.menuNode.contains(event.target) && !this.moreNode.contains(event.target)) this.openMenu(false);
    });
    this.newerNode.addEventListener("click", () => this.toNewest());
    this.chatNode.addEventListener("scroll", () => { if (this.atEnd()) this.newerNode.hidden = true; });
  }

  get id() { return this.view.id; }

  bringIntoView() {
    this.desk.choose(this);
    this.node.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", inline: "center", block: "nearest" });
    this.toNewest();
  }

  atEnd() { return this.chatNode.scrollHeight - this.chatNode.scrollTop - this.chatNode.clientHeight < 60; }
  toNewest() { this.chatNode.scrollTop = this.chatNode.scrollHeight; }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const done = await post(`groups/${this.id}/text`, { from: Number(this.writer.value), text });
    if (!done) return;
    this.input.value = "";
    this.toNewest();
  }

  openMenu(open) {
    this.menuNode.hidden = !open;
    this.moreNode.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const isIn = Object.values(this.view.bots).includes("member");
    const acts = [isIn ? ["Throw the bot out", "kick"] : ["Let the bot in", "add"]];
    if (this.view.type === "group") acts.push(["Upgrade to a supergroup", "migrate"]);
    this.menuNode.replaceChildren(...acts.map(([text, act]) => {
      const item = button(text, "", () => { this.openMenu(false); post(`groups/${this.id}/${act}`); });
      item.setAttribute("role", "menuitem");
      return item;
    }));
    this.menuNode.firstElementChild.focus();
  }

  draw(view, people) {
    const signature = JSON.stringify([view, view.members.map((id) => people.get(id))]);
    if (signature === this.signature) return;
    const first = !this.signature, wasAtEnd = first || this.atEnd();
    this.signature = signature;
    this.view = view;
    this.node.id = `group-${view.key}`;
    const count = view.members.length;
    this.node.querySelector(".owner-name").textContent = "Group";
    this.node.querySelector(".owner-language").textContent = view.type;
    this.node.querySelector(".bot-name").textContent = view.title;
    this.node.querySelector(".bot-state").textContent =
      `${count} ${count === 1 ? "person" : "people"}${Object.values(view.bots).includes("member") ? " and the bot" : ", no bot"}`;
    this.node.querySelector(".avatar").textContent = view.title.slice(0, 1).toUpperCase();
    this.node.querySelector(".avatar").dataset.tint = "group";
    this.moreNode.setAttribute("aria-label", `More on the group ${view.title}`);
    this.input.setAttribute("aria-label", `Message in ${view.title}`);
    this.chatNode.setAttribute("aria-label", `The group ${view.title}`);
    this.chip.replaceChildren(make("span", "", view.title));
    this.drawWriters(view, people);
    this.drawMessages(view);
    if (wasAtEnd) this.toNewest(); else this.newerNode.hidden = false;
  }

  drawWriters(view, people) {
    const chosen = this.writer.value;
    this.writer.replaceChildren(...view.members.map((id) => {
      const option = make("option", "", people.get(id) ?? String(id));
      option.value = id;
      return option;
    }));
    if (view.members.some((id) => String(id) === chosen)) this.writer.value = chosen;
  }

  drawMessages(view) {
    const sorted = [...view.messages].sort((a, b) => a.at.localeCompare(b.at) || a.order - b.order);
    const nodes = [];
    let day = "";
    sorted.forEach((message, index) => {
      const at = new Date(message.at);
      if (dayKey(at) !== day) {
        day = dayKey(at);
        nodes.push(make("div", "day-line", inWords(at, { weekday: "long", day: "numeric", month: "long" })));
      }
      const next = sorted[index + 1];
      const last = !next || next.from !== message.from || next.name !== message.name || dayKey(new Date(next.at)) !== day;
      const drawn = message.from === "service" ? upgrade(message) : bubble(this, message, at, last);
      if (drawn) nodes.push(drawn);
    });
    if (!nodes.length) nodes.push(make("div", "day-line", "Nothing has been said here yet."));
    this.chatNode.replaceChildren(...nodes);
  }
}

// Both chats tell of an upgrade; said once.
function upgrade(message) {
  const to = /migrate_to_chat_id: (-\d+)/.exec(message.text)?.[1];
  if (/migrate_from_chat_id/.test(message.text)) return null;
  const row = make("div", "row from-service");
  row.append(make("div", "day-line", to ? `Became a supergroup, with the new id ${to}` : message.text));
  return row;
}
