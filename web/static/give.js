// Commands that keys give to photos.
import { anew } from "./anew.js";
import { $ } from "./page.js";
import { picked } from "./select.js";
import { post } from "./sending.js";
import { said, settled } from "./toasts.js";

// The selected photos; else the one that has the focus, or is under the pointer
export function meant(target) {
  const tile = target.closest(".tile[id]") ?? $(".tile[id]:hover");
  return picked().length ? picked() : tile ? [tile.id.slice(2)] : [];
}
// Answered once the pages show the change. Returns its toast, with the command's id in `undo`; null if it was refused, or
// is kept until Albumen answers. `fields`: those with several values are lists.
export async function give(command, images, fields) {
  const given = { ...fields, images: images.join(","), next: location.pathname };
  const answer = await post(
    `/commands/${command}`,
    Object.entries(given).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  );
  return answer && settled(await answer.text(), answer) ? said(answer) : null;
}
// To photos of the grid, whose badges change with it
export function say(target, command, fields) {
  const images = meant(target);
  if (!images.length) return false;
  give(command, images, fields(images)).then((done) => done && anew());
  return true;
}
// A heart for all of them, or for none if all that are in the document have one
export function heart(images) {
  const tiles = images.map((id) => $(`#p-${id}`)).filter(Boolean);
  return { favorite: !tiles.length || !tiles.every((tile) => $(".marks .loved", tile)) };
}
