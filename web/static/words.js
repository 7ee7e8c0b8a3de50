import { $ } from "./page.js";

// Texts come with the page, in its language.
export const words = $("#words")?.dataset ?? {};
