// Draws one Slack message the way Slack does. Bundled by picture.py; the page calls `drawBlocks`.
import { createRoot } from "react-dom/client";
import { flushSync } from "react-dom";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";

const LOGO =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 36 36'>" +
  "<rect width='36' height='36' fill='%23205090'/><path d='M9 19l6 6 12-14' fill='none' stroke='white' stroke-width='4'/></svg>";

window.drawBlocks = ({ blocks, people, channels, sentAt }) => {
  const root = createRoot(document.getElementById("message"));
  const message = (
    <Message blocks={blocks} logo={LOGO} name="Placet" time={new Date(sentAt)} data={{ users: people, channels }} />
  );
  flushSync(() => root.render(message));
};
