// Text as Telegram formats it. What people write becomes text nodes; formatting comes from entities.

import { button, make, post } from "./pieces.js";

const WRAPPERS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

export function link(address, text) {
  const node = make("a", "", text);
  if (/^(https?:|tg:|mailto:)/i.test(address)) node.href = address;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function wrapperFor(entity, covered, phone) {
  if (entity.type === "text_link") return startLink(link(entity.url, ""), phone);
  if (entity.type === "url") {
    return startLink(link(/^\w+:\/\//.test(covered) ? covered : `https://${covered}`, ""), phone);
  }
  if (entity.type === "email") return link(`mailto:${covered}`, "");
  if (entity.type === "spoiler") return make("span", "spoiler");
  if (entity.type === "bot_command") return commandLink(covered, phone);
  if (["mention", "hashtag", "text_mention"].includes(entity.type)) return make("span", "tag");
  return make(WRAPPERS[entity.type] ?? "span");
}

function commandLink(command, phone) {
  if (phone.isGroup) return make("span", "tag");
  const node = button("", "command", () => post(`phones/${phone.id}/text`, { text: command }));
  return node;
}

// A t.me link with a start code is pressed on the phone itself, as it would be in Telegram.
export function startLink(node, phone) {
  const code = startCode(node.href);
  if (code && !phone.isGroup) {
    node.addEventListener("click", (event) => {
      event.preventDefault();
      post(`phones/${phone.id}/start`, { payload: code });
    });
  }
  return node;
}

export function startCode(text) {
  return /(?:t\.me\/|tg:\/\/resolve)[^\s]*[?&]start=([\w-]+)/.exec(text ?? "")?.[1] ?? "";
}

export function rich(text, entities, phone) {
  const within = (from, to, list) => {
    const part = document.createDocumentFragment();
    let place = from;
    let rest = list;
    while (rest.length) {
      const [first, ...others] = rest;
      const end = Math.min(first.offset + first.length, to);
      if (first.offset < place) { rest = others; continue; }
      part.append(text.slice(place, first.offset));
      const node = wrapperFor(first, text.slice(first.offset, end), phone);
      const inside = others.filter((one) => one.offset < end);
      node.append(within(first.offset, end, inside));
      part.append(node);
      place = end;
      rest = others.filter((one) => one.offset >= end);
    }
    part.append(text.slice(place, to));
    return part;
  };
  return within(0, text.length, entities);
}

export function linkified(text) {
  const part = document.createDocumentFragment();
  let place = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?')\]]/g)) {
    part.append(text.slice(place, match.index), link(match[0], match[0]));
    place = match.index + match[0].length;
  }
  part.append(text.slice(place));
  return part;
}
