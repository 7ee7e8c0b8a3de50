// Comfort only: everything works without it by links and forms.
import "./toasts.js";
import "./select.js";
import "./pagekeys.js"; // before all others that hear keys
import "./search.js";
import "./map.js";
import "./theme.js";
import "./photo.js";
import "./grid.js";
import "./scrubber.js";
import "./installed.js";
import { $, ready } from "./page.js";

ready(() => $("#moving") && import("./album.js"));
