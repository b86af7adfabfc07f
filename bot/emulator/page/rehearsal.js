// Trying something out: any part of the content, on any phone, in any language, on any day.

import { $, ZONE, inWords, make, post, say } from "./pieces.js";

let offered = 0;

// The list is long and rarely changes: it is read again only when the state says it is another one.
export async function readOffer(revision) {
  if (revision === offered) return;
  offered = revision;
  const { groups } = await (await fetch("/emulator/rehearsal")).json();
  $("try-what").replaceChildren(...groups.map((group) => {
    const part = make("optgroup");
    part.label = group.title;
    part.append(...group.items.map((one) => choice(one.key, one.title)));
    return part;
  }));
  document.body.toggleAttribute("data-can-try", groups.length > 0);
}

function choice(value, text) {
  const option = make("option", "", text);
  option.value = value;
  return option;
}

// `now` is the emulator's clock; the chosen day is reached by winding, so it cannot lie behind.
export function openTry(phone, phones, now, onStarted) {
  const dialog = $("try-dialog"), day = $("try-day");
  $("try-who").replaceChildren(...[...phones.values()].map((one) => choice(one.id, nameOf(one.view))));
  $("try-who").value = phone.id;
  day.value = "";
  day.min = localMinute(now);
  $("try-cancel").onclick = () => dialog.close("");
  dialog.returnValue = "";
  dialog.onclose = async () => {
    if (dialog.returnValue !== "try") return;
    const chosen = phones.get(Number($("try-who").value));
    if (!chosen || !(await windTo(day.value, now))) return;
    const text = ["/try", $("try-what").value, $("try-language").value].filter(Boolean).join(" ");
    onStarted(chosen);
    if (await post(`phones/${chosen.id}/text`, { text })) chosen.toNewest();
  };
  dialog.showModal();
}

const nameOf = (view) => [view.name, view.last_name].filter(Boolean).join(" ");
// Swedish writes a moment as date fields do.
const localMinute = (moment) => inWords(moment, { dateStyle: "short", timeStyle: "short" }, "sv-SE").replace(" ", "T");

async function windTo(wanted, now) {
  if (!wanted || wanted <= localMinute(now)) return true;
  const [date, time] = wanted.split("T");
  const days = Math.round((Date.parse(date) - Date.parse(localMinute(now).split("T")[0])) / 86_400_000);
  say(`Winding to ${date} ${time} …`);
  return post("clock", { to_local: time, days, zone: ZONE });
}
