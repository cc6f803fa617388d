import { render } from "preact";
import { App } from "./app.tsx";
import { installWorker } from "./install.ts";
import { followLinks } from "./router.ts";
import { SessionProvider } from "./session.tsx";
import "./styles/tokens.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/content.css";
import "./styles/dialog.css";
import "./styles/check-in.css";
import "./styles/trend.css";
import "./styles/trials.css";
import "./styles/visit.css";
import "./styles/staff.css";

const place = document.getElementById("app");
if (place) {
  render(
    <SessionProvider>
      <App />
    </SessionProvider>,
    place,
  );
}
followLinks();
installWorker();
