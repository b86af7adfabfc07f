// Small pieces every part of the page uses: nodes, words for moments, and asking the emulator.

export const ZONE = "Europe/Oslo";
export const $ = (id) => document.getElementById(id);

export function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

export function button(text, className, onClick) {
  const node = make("button", className, text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

export function inWords(moment, options, language = "en-GB") {
  try {
    return new Intl.DateTimeFormat(language, { timeZone: ZONE, ...options }).format(moment);
  } catch {
    return new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, ...options }).format(moment);
  }
}

export const hourOf = (moment) => inWords(moment, { hour: "2-digit", minute: "2-digit" });
export const dayKey = (moment) => inWords(moment, { dateStyle: "short" });

// Browsers rarely know Nynorsk; its months are those of Bokmål.
export function localeOf(code) {
  if (code === "en") return "en-GB";
  const known = Intl.DateTimeFormat.supportedLocalesOf(code ? [code] : []);
  return known[0] ?? (/^(nn|nb|no)/.test(code ?? "") ? "nb-NO" : "en-GB");
}

let statusTimer = 0;
export function say(text) {
  $("status").textContent = text;
  clearTimeout(statusTimer);
  statusTimer = setTimeout(() => { $("status").textContent = ""; }, 6000);
}

export async function post(path, body = {}) {
  try {
    const reply = await fetch(`/emulator/${path}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const answer = await reply.json();
    if (!reply.ok) say(sentence(answer.error));
    return reply.ok ? answer : null;
  } catch {
    say("The emulator does not answer.");
    return null;
  }
}

export const sentence = (text) => (text ? text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".") : "");

export function sizeOf(bytes = 0) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

export function languageName(code) {
  if (!code) return "";
  const known = { nb: "Bokmål", nn: "Nynorsk", no: "Norwegian", en: "English" };
  try {
    return known[code] ?? new Intl.DisplayNames("en", { type: "language" }).of(code);
  } catch {
    return code;
  }
}
