// Makes one window of the emulator's web client see what one person would see in Slack.
//
// The emulator sends every window everything: it shows private messages to everybody and opens a
// modal on every screen; it submits null for inputs that were never touched; it shows escapes and
// dates as they were written. Slack shows private messages to their addressee, opens a modal for
// whoever pressed, submits initial values, decodes escapes and writes dates in the viewer's time.
// `window.placetPerson` holds the user id; it is set before this script runs.
(() => {
  const me = window.placetPerson;
  const pressers = new Map(); // trigger id -> user id, as the product was told
  let modalOwner = null;
  let views = [];

  const payloadOf = (detail) => {
    if (typeof detail !== "string") return detail ?? {};
    const form = new URLSearchParams(detail);
    return form.has("payload") ? JSON.parse(form.get("payload")) : Object.fromEntries(form);
  };

  const noteTraffic = (entry) => {
    if (entry.direction === "to_bot" && ["interactive", "slash_commands"].includes(entry.kind)) {
      const payload = payloadOf(entry.detail);
      if (payload.trigger_id) pressers.set(payload.trigger_id, payload.user?.id ?? payload.user_id);
    }
    if (entry.direction === "from_bot" && ["views.open", "views.push"].includes(entry.summary)) {
      modalOwner = pressers.get(entry.detail?.trigger_id) ?? modalOwner;
    }
  };

  const isMine = (message) => !message.ephemeral_to || message.ephemeral_to === me;
  const myViews = (stack) => {
    if (!stack?.length) modalOwner = null;
    views = modalOwner === me ? stack : [];
    return views;
  };

  // The word joiner keeps a decoded "<" from being taken for the start of a mention or a link; it is
  // taken out again once drawn.
  const JOINER = "\u2060";
  const CHARACTERS = { "&lt;": `<${JOINER}`, "&gt;": ">", "&amp;": "&" };
  const asShown = (text) =>
    text
      .replace(/<!date\^(\d+)\^([^|>^]*)(?:\^[^|>]*)?\|[^>]*>/g, (_, seconds, format) => dated(seconds, format))
      .replace(/&(?:lt|gt|amp);/g, (escape) => CHARACTERS[escape]);

  const dated = (seconds, format) => {
    const at = new Date(seconds * 1000);
    const day = at.toLocaleDateString("en-US", { month: "short", day: "numeric", year: "numeric" });
    const options = { hour: "numeric", minute: "2-digit" };
    return format
      .replace(/\{time_secs\}/g, at.toLocaleTimeString("en-US", { ...options, second: "2-digit" }))
      .replace(/\{time\}/g, at.toLocaleTimeString("en-US", options))
      .replace(/\{\w+\}/g, day);
  };

  // Rewrites every text of a message or view: Slack's text objects and the fallback keep theirs in `text`.
  const readable = (node) => {
    if (Array.isArray(node)) return node.map(readable);
    if (node === null || typeof node !== "object") return node;
    const entries = Object.entries(node).map(([key, value]) =>
      key === "text" && typeof value === "string" ? [key, asShown(value)] : [key, readable(value)],
    );
    return Object.fromEntries(entries);
  };

  // Returns the message as this person gets it, or null when it is not for them.
  const seen = (message) => {
    switch (message.t) {
      case "init": {
        const state = message.state;
        state.log.forEach(noteTraffic);
        state.modalStack = myViews(state.modalStack).map(readable);
        for (const [id, list] of Object.entries(state.messages)) state.messages[id] = readable(list.filter(isMine));
        return message;
      }
      case "log":
        noteTraffic(message.entry);
        return message;
      case "message":
      case "message_update":
        return isMine(message.message) ? readable(message) : null;
      case "view":
        return { ...message, stack: myViews(message.stack).map(readable) };
      case "view_errors":
        return modalOwner === me ? readable(message) : null;
      default:
        return message;
    }
  };

  const initialValue = (element) => {
    const type = element.type;
    if (element.initial_value != null) return { type, value: element.initial_value };
    if (element.initial_option) return { type, selected_option: element.initial_option };
    if (element.initial_options) return { type, selected_options: element.initial_options };
    if (element.initial_date) return { type, selected_date: element.initial_date };
    return null;
  };

  const withInitialValues = (values) => {
    const filled = { ...values };
    for (const { type, block_id: block, element } of views.at(-1)?.blocks ?? []) {
      const initial = type === "input" ? initialValue(element) : null;
      if (initial && !filled[block]?.[element.action_id]) {
        filled[block] = { ...filled[block], [element.action_id]: initial };
      }
    }
    return filled;
  };

  const sent = (message) =>
    message.t === "view_submit" ? { ...message, values: withInitialValues(message.values) } : message;

  window.WebSocket = class extends WebSocket {
    set onmessage(listener) {
      super.onmessage = (event) => {
        const message = seen(JSON.parse(event.data));
        if (message) listener({ data: JSON.stringify(message) });
      };
    }

    send(text) {
      super.send(JSON.stringify(sent(JSON.parse(text))));
    }
  };

  const withoutJoiners = () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data } = texts.currentNode;
      if (data.includes(JOINER)) texts.currentNode.data = data.replaceAll(JOINER, "");
    }
  };

  addEventListener("DOMContentLoaded", () => {
    const style = document.createElement("style");
    style.textContent = ".plain { white-space: pre-wrap }";
    document.head.append(style);
    new MutationObserver(withoutJoiners).observe(document.body, { childList: true, subtree: true, characterData: true });
  });

  // Headless machines have no loudspeaker.
  localStorage.setItem("local-slack:sound-muted", "1");
})();
