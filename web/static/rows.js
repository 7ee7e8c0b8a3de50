// Computes each photo's position: the same rows as the style sheet's flexbox layout, for a list of any length.
// shapes: aspect ratios in hundredths; months: [key, name, photos]. All lengths in CSS pixels.
export const HEADING = 76;
export const FIRST_HEADING = 44;

export function layOut({ shapes, months }, width, row, gap) {
  const left = new Float64Array(shapes.length);
  const wide = new Float64Array(shapes.length);
  const rows = []; // {top, height, from, to, heading}
  const headings = [];
  let top = 0;
  let place = 0;
  for (const [key, name, count] of months) {
    const end = place + count;
    if (name) {
      const height = top ? HEADING : FIRST_HEADING;
      headings.push({ key, name, count, top, height, place });
      top += height + gap;
    }
    while (place < end) {
      let sum = 0;
      let to = place;
      while (to < end && (to === place || (sum + shapes[to] / 100) * row + (to - place) * gap <= width + 0.02))
        sum += shapes[to++] / 100;
      const room = width - (to - place - 1) * gap;
      const height = to === end && sum * row < room ? row : room / sum;
      let at = 0;
      for (let i = place; i < to; i++) {
        left[i] = at;
        wide[i] = (height * shapes[i]) / 100;
        at += wide[i] + gap;
      }
      rows.push({ top, height, from: place, to });
      top += height + gap;
      place = to;
    }
  }
  return { left, wide, rows, headings, height: Math.max(0, top - gap) };
}

// Binary search: index of the first element for which the test holds; the length if there is none
export function first(list, holds) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
