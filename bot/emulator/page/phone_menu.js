// The menu behind the three dots of a phone, and the window for invitation links.

import { $, button, post } from "./pieces.js";
import { startCode } from "./rich_text.js";

export class PhoneMenu {
  constructor(phone, moreNode, menuNode) {
    this.phone = phone;
    this.moreNode = moreNode;
    this.menuNode = menuNode;
    moreNode.addEventListener("click", () => (menuNode.hidden ? this.open() : this.close()));
    menuNode.addEventListener("keydown", (event) => this.move(event));
    menuNode.addEventListener("focusout", (event) => {
      if (!menuNode.contains(event.relatedTarget) && event.relatedTarget !== moreNode) this.close();
    });
  }

  open() {
    const { phone } = this;
    const act = (path) => () => post(`phones/${phone.id}/${path}`);
    const items = [
      ["Send a photo", act("photo")], ["Send a voice message", act("voice")], ["Send a sticker", act("sticker")],
      ["Send a file…", () => phone.pickerNode.click()], ["Edit last message", () => phone.startEditing()],
      ["Open an invitation link…", () => openLink(phone)],
      phone.view.blocked ? ["Unblock the bot", act("unblock")] : ["Block the bot", act("block")],
      ["Clear the chat", act("delete-chat")],
    ];
    this.menuNode.replaceChildren(...items.map(([text, does]) => {
      const item = button(text, "", () => { this.close(); this.moreNode.focus(); does(); });
      item.setAttribute("role", "menuitem");
      return item;
    }));
    this.menuNode.hidden = false;
    this.moreNode.setAttribute("aria-expanded", "true");
    this.menuNode.firstElementChild.focus();
  }

  close() {
    this.menuNode.hidden = true;
    this.moreNode.setAttribute("aria-expanded", "false");
  }

  move(event) {
    const items = [...this.menuNode.children];
    const here = items.indexOf(document.activeElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape") { this.close(); this.moreNode.focus(); }
    if (to === undefined) return;
    event.preventDefault();
    items.at(to % items.length).focus();
  }
}

function openLink(phone) {
  const dialog = $("link-dialog");
  $("link-text").value = "";
  dialog.onclose = () => {
    const text = $("link-text").value.trim();
    if (dialog.returnValue === "open" && text) post(`phones/${phone.id}/start`, { payload: startCode(text) || text });
  };
  $("link-cancel").onclick = () => dialog.close("");
  dialog.returnValue = "";
  dialog.showModal();
}
