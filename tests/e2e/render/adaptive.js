// Draws one Adaptive Card the way Teams does. Bundled by adaptive.py; the page calls `drawCard`.
import { AdaptiveCard, HostConfig, SerializationContext, Versions } from "adaptivecards";

const COLOURS = {
  default: "#242424",
  dark: "#242424",
  light: "#ffffff",
  accent: "#5b5fc7",
  good: "#237b4b",
  warning: "#835c00",
  attention: "#c4314b",
};
const SUBTLE = { ...COLOURS, default: "#616161" };

const foreground = Object.fromEntries(
  Object.keys(COLOURS).map((name) => [name, { default: COLOURS[name], subtle: SUBTLE[name] }]),
);
const container = (backgroundColor) => ({ backgroundColor, foregroundColors: foreground });

// Measures and colours of Teams in its light theme.
const HOST = {
  fontFamily: "Segoe UI, Helvetica, Arial, sans-serif",
  fontSizes: { small: 12, default: 14, medium: 16, large: 20, extraLarge: 24 },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
  actions: { maxActions: 6, actionsOrientation: "horizontal", actionAlignment: "left", buttonSpacing: 8, spacing: "medium" },
  inputs: { label: { requiredInputs: { suffix: " *", suffixColor: "attention" } } },
  containerStyles: {
    default: container("#ffffff"),
    emphasis: container("#f5f5f5"),
    accent: container("#e8ebfa"),
    good: container("#e7f2da"),
    warning: container("#fbf6d9"),
    attention: container("#fcf4f6"),
  },
};

// Teams shows a little Markdown: what is not inert becomes visible here.
AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = text
    .replace(/<at>(.*?)<\/at>/g, '<b style="color:#5b5fc7">$1</b>')
    .replace(/\*\*(.+?)\*\*/g, "<b>$1</b>")
    .replace(/\[(.+?)\]\((.+?)\)/g, '<a href="$2">$1</a>');
  result.didProcess = true;
};

window.drawCard = (given) => {
  const card = new AdaptiveCard();
  card.hostConfig = new HostConfig(HOST);
  const context = new SerializationContext(Versions.v1_5);
  card.parse(given, context);
  document.getElementById("message").appendChild(card.render());
  const found = [];
  for (let at = 0; at < context.eventCount; at++) found.push(context.getEventAt(at).message);
  return found;
};
