// Progressive enhancement: everything also works without scripts, with links and forms.
import "./toasts.js";
import "./picker.js"; // before acts.js, which needs no forms for what it replaces
import "./acts.js";
import "./select.js";
import "./selbar.js";
import "./pagekeys.js"; // before all other key handlers
import "./search.js";
import "./map.js";
import "./theme.js";
import "./photo.js";
import "./grid.js";
import "./scrubber.js";
import "./growing.js";
import "./sharp.js";
import "./rail.js";
import "./days.js";
import "./layers.js";
import "./installed.js";
import { $, ready } from "./page.js";

ready(() => $("#moving") && import("./album.js"));
ready(() => $(".winners") && import("./winners.js"));
