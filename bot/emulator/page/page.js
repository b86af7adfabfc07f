// The page of the rehearsal: follows /emulator/state and draws phones, mailbox, clock and guide.

import { Group, livingGroups } from "./group.js";
import { Phone } from "./phone.js";
import { $, ZONE, hourOf, inWords, make, post, say, sentence } from "./pieces.js";
import { openTry, readOffer } from "./rehearsal.js";
import { linkified } from "./rich_text.js";

const phones = new Map();
const groups = new Map();
const chats = () => [...phones.values(), ...groups.values()];
let clock = { now: new Date(), readAt: performance.now(), speed: 1, winding: false };

function choose(chosen) {
  for (const chat of chats()) {
    chat.node.classList.toggle("chosen", chat === chosen);
    chat.chip.setAttribute("aria-pressed", String(chat === chosen));
  }
}

function showCount(node, count) {
  node.hidden = !count;
  node.textContent = count || "";
}

function countUnread() {
  let all = 0;
  for (const phone of phones.values()) all += phone.view ? phone.unread() : 0;
  showCount($("phones-count"), all);
  document.title = all ? `(${all}) Tett på: rehearsal` : "Tett på: rehearsal";
}

// Phones that come later start with everything unread.
let drawn = false;
function drawPhones(views) {
  for (const [id, phone] of phones) {
    if (!views.some((view) => view.id === id)) { phone.node.remove(); phone.chip.remove(); phones.delete(id); }
  }
  views.forEach((view, index) => {
    let phone = phones.get(view.id);
    if (!phone) {
      phone = new Phone(view, index, { choose, countUnread, refresh: read, tryOn, drawn });
      phones.set(view.id, phone);
      const firstGroup = groups.values().next().value;
      $("phones").insertBefore(phone.node, firstGroup?.node ?? null);
      $("people").insertBefore(phone.chip, firstGroup?.chip ?? null);
    }
    phone.draw(view);
  });
  drawn = true;
}

function drawGroups(views, people) {
  const living = livingGroups(views);
  for (const [key, group] of groups) {
    if (!living.some((view) => view.key === key)) { group.node.remove(); group.chip.remove(); groups.delete(key); }
  }
  for (const view of living) {
    let group = groups.get(view.key);
    if (!group) {
      group = new Group(view, { choose });
      groups.set(view.key, group);
      $("phones").append(group.node);
      $("people").append(group.chip);
    }
    group.draw(view, people);
  }
}

function drawDesk(state) {
  drawPhones(state.phones);
  drawGroups(state.groups, new Map(state.phones.map((one) => [one.id, one.name])));
  const all = chats();
  if (all.length && !all.some((chat) => chat.node.classList.contains("chosen"))) choose(all[0]);
  $("no-phones").hidden = all.length > 0;
  $("people").hidden = all.length < 2;
}

let seenMail = null;
function drawMail(letters) {
  const list = $("letters");
  const first = letters[0] ? `${letters[0].at} ${letters[0].subject}` : "";
  if (list.childElementCount > letters.length || list.dataset.first !== first) list.replaceChildren();
  list.dataset.first = first;
  for (const letter of letters.slice(list.childElementCount)) {
    const item = make("li");
    const box = make("details", "letter");
    const head = make("summary");
    const when = inWords(new Date(letter.at), { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    head.append(make("span", "subject", letter.subject || "(no subject)"), make("span", "to", `to ${letter.to.join(", ")}`), make("time", "when", when));
    const body = make("div", "letter-body");
    body.append(linkified(letter.text.trim()));
    box.append(head, body);
    if (seenMail !== null) box.classList.add("new");
    box.addEventListener("toggle", () => box.classList.remove("new"), { once: true });
    item.append(box);
    list.prepend(item);
  }
  $("no-mail").hidden = letters.length > 0;
  const looking = getComputedStyle(document.querySelector(".side")).display !== "none" && document.body.dataset.view === "mail";
  seenMail = seenMail === null || looking ? letters.length : Math.min(seenMail, letters.length);
  showCount($("mail-count"), letters.length);
  showCount($("mail-tab-count"), Math.max(0, letters.length - seenMail));
}

function readClock(view) {
  clock = { ...view, now: new Date(view.now), readAt: performance.now() };
  drawClock();
}

function drawClock() {
  const elapsed = (performance.now() - clock.readAt) * clock.speed;
  const now = new Date(clock.now.getTime() + elapsed);
  $("clock-day").textContent = inWords(now, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  $("clock-hour").textContent = hourOf(now);
  for (const node of document.querySelectorAll("[data-wind]")) node.disabled = clock.winding;
  $("winding").hidden = !clock.winding;
  if (!clock.winding) return;
  const from = new Date(clock.started_from), to = new Date(clock.target);
  const share = to > from ? Math.min(100, Math.max(0, Math.round((100 * (now - from)) / (to - from)))) : 100;
  const track = document.querySelector(".track");
  track.setAttribute("aria-valuenow", String(share));
  track.firstElementChild.style.width = `${share}%`;
  $("winding-text").textContent = `Winding to ${inWords(to, { weekday: "long" })} ${hourOf(to)}`;
}

const WINDS = {
  hour: { advance_seconds: 3600 },
  tomorrow: { to_local: "08:00", days: 1, zone: ZONE },
  due: { next_due: true },
};

async function wind(how) {
  const answer = await post("clock", { ...WINDS[how], wait: false });
  if (answer?.moved === false) say(sentence(answer.reason));
  if (answer) readClock(answer);
}

function tryOn(phone) {
  const now = new Date(clock.now.getTime() + (performance.now() - clock.readAt) * clock.speed);
  openTry(phone, phones, now, (chosen) => { chooseView("phones"); chosen.bringIntoView(); });
}

async function readGuide() {
  const reply = await fetch("/emulator/guide");
  const text = reply.status === 200 ? (await reply.text()).trim() : "";
  $("guide").hidden = $("guide-tab").hidden = !text;
  if (!text) return;
  if (text.startsWith("<")) {
    const fragment = new DOMParser().parseFromString(text, "text/html");
    fragment.querySelectorAll("script, style, iframe, object").forEach((node) => node.remove());
    fragment.querySelectorAll("*").forEach((node) => {
      for (const { name } of [...node.attributes]) if (name.startsWith("on")) node.removeAttribute(name);
      if (node.tagName === "A") { node.target = "_blank"; node.rel = "noopener noreferrer"; }
    });
    $("guide-body").replaceChildren(...fragment.body.childNodes);
  } else {
    const list = make("ol");
    for (const line of text.split("\n").filter((one) => one.trim())) {
      const item = make("li");
      item.append(linkified(line.trim()));
      list.append(item);
    }
    $("guide-body").replaceChildren(list);
  }
}

// ---- following the emulator ---------------------------------------------------------------

let reading = false, stale = false;
async function read() {
  if (reading) { stale = true; return; }
  reading = true;
  try {
    do {
      stale = false;
      const state = await (await fetch("/emulator/state")).json();
      readClock(state.clock);
      drawDesk(state);
      await readOffer(state.rehearsal);
      drawMail(state.mail);
    } while (stale);
  } catch {
    say("The emulator does not answer.");
  } finally {
    reading = false;
  }
}

function chooseView(name) {
  document.body.dataset.view = name;
  for (const node of document.querySelectorAll(".views button")) node.setAttribute("aria-pressed", String(node.dataset.view === name));
  if (name === "mail") { seenMail = $("letters").childElementCount; showCount($("mail-tab-count"), 0); }
}

for (const node of document.querySelectorAll("[data-wind]")) node.addEventListener("click", () => wind(node.dataset.wind));
for (const node of document.querySelectorAll(".views button")) node.addEventListener("click", () => chooseView(node.dataset.view));
document.addEventListener("visibilitychange", () => { for (const phone of phones.values()) if (phone.inView) phone.markSeen(); });

const events = new EventSource("/emulator/events");
events.addEventListener("changed", read);
events.addEventListener("error", () => say("Waiting for the emulator…"));
setInterval(drawClock, 1000);
readGuide();
read();
