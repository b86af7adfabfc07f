// One message as it looks in a chat: bubble, files, and the buttons under it.

import { button, hourOf, make, post, sizeOf } from "./pieces.js";
import { link, rich, startLink } from "./rich_text.js";

export function bubble(phone, message, at, last) {
  const row = make("div", `row from-${message.from}${last ? " last" : ""}`);
  if (message.from === "service") { row.append(make("div", "day-line", message.text)); return row; }
  const body = make("div", "bubble");
  const isNamed = phone.isGroup && message.from === "person";
  if (isNamed) body.append(make("span", "speaker", message.name));
  else body.append(make("span", "sr", `${message.from === "bot" ? message.name : phone.view.name}: `));
  const replied = phone.view.messages.find((one) => one.message_id === message.reply_to && one.chat === message.chat);
  if (replied) body.append(make("div", "reply", replied.text.slice(0, 80)));
  body.append(...media(message));
  if (message.text) {
    const text = make("div", "text");
    text.append(rich(message.text, message.entities, phone));
    body.append(text);
  }
  const meta = make("span", "meta");
  if (message.edited) meta.append(make("span", "", "edited "));
  const time = make("time", "", hourOf(at));
  time.dateTime = message.at;
  meta.append(time);
  if (message.from === "person") meta.append(make("span", "ticks", "✓✓"));
  body.append(meta);
  row.append(body);
  if (message.keyboard.length) row.append(inlineKeys(phone, message));
  return row;
}

function inlineKeys(phone, message) {
  const keys = make("div", "inline-keys");
  for (const line of message.keyboard) {
    const row = make("div", "key-row");
    for (const one of line) {
      const key = one.url ? startLink(link(one.url, one.text), phone) : button(one.text, "", async () => {
        key.classList.add("waiting");
        const tapped = await post(`phones/${phone.id}/tap`, { message_id: message.message_id, data: one.data });
        setTimeout(() => key.classList.remove("waiting"), tapped ? 1200 : 0);
      });
      key.classList.add("key");
      row.append(key);
    }
    keys.append(row);
  }
  return keys;
}

export function about(view) {
  const box = make("div", "about");
  box.append(make("strong", "", "What can this bot do?"));
  box.append(make("p", "", view.description || `Press Start to begin the conversation with ${view.bot?.name ?? "the bot"}.`));
  return box;
}

function media(message) {
  const nodes = [];
  if (message.photo) {
    const picture = make("img", "photo");
    picture.src = message.photo.url;
    picture.alt = message.text ? "" : "Photo";
    picture.style.aspectRatio = `${message.photo.width} / ${message.photo.height}`;
    nodes.push(picture);
  }
  if (message.document) {
    const file = make("a", "file");
    file.href = message.document.url;
    file.download = message.document.file_name ?? "";
    const words = make("span", "file-words");
    words.append(make("span", "file-name", message.document.file_name ?? "File"), make("span", "file-size", sizeOf(message.document.file_size)));
    file.append(make("span", "file-icon", (message.document.file_name ?? "").split(".").pop().slice(0, 4)), words);
    nodes.push(file);
  }
  if (message.voice) {
    const voice = make("div", "voice");
    const player = make("audio", "player");
    player.controls = true;
    player.preload = "none";
    player.src = message.voice.url;
    voice.append(make("span", "", `Voice message, ${message.voice.duration || 0} s`), player);
    nodes.push(voice);
  }
  if (message.sticker) nodes.push(make("div", "sticker", message.sticker.emoji || "🙂"));
  if (message.location) nodes.push(place(message.location, message.venue));
  return nodes;
}

// A drawn stand-in for Telegram's map: the emulator never goes out to the network.
function place(location, venue) {
  const box = make("div", "place");
  const map = make("div", "map");
  map.setAttribute("role", "img");
  map.setAttribute("aria-label", "Map with a pin");
  map.append(make("span", "pin"));
  const words = make("span", "file-words");
  const where = `${location.latitude}, ${location.longitude}`;
  words.append(make("span", "file-name", venue?.title ?? "Place"), make("span", "file-size", venue ? `${venue.address} · ${where}` : where));
  box.append(map, words);
  return box;
}
