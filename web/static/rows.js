// Computes each photo's position: the same rows as the style sheet's flexbox layout, for a list of any length.
// shapes: aspect ratios in hundredths; months: [key, name, photos], and so days, if they have headings; few: photos of a
// month or a day that shares rows with others, at most. All lengths in CSS pixels.
const HEADING = { month: 76, day: 36 };
export const FIRST_HEADING = 44;
const APART = 20; // between months in one row
const NARROWEST = 164; // of a month that shares a row
const TOLERANCE = 0.02;

export function layOut({ shapes, months, days = [], few }, width, row, gap) {
  const left = new Float64Array(shapes.length);
  const wide = new Float64Array(shapes.length);
  const rows = []; // {top, height, from, to}
  const headings = []; // {level, key, name, count, top, height, left, width, place}
  const isFew = ([, name, count]) => name && count <= few;
  let top = months.length && isFew(months[0]) ? FIRST_HEADING - HEADING.month : 0;
  let place = 0;
  let day = 0;

  // The photos up to one, row by row, the last one as high as it should be
  function fill(end) {
    while (place < end) {
      let sum = 0;
      let to = place;
      while (to < end && (to === place || (sum + shapes[to] / 100) * row + (to - place) * gap <= width + TOLERANCE))
        sum += shapes[to++] / 100;
      const room = width - (to - place - 1) * gap;
      put(to, to === end && sum * row < room ? row : room / sum, top, 0);
      top = rows.at(-1).top + rows.at(-1).height + gap;
    }
  }
  // The photos up to one, in a row
  function put(to, height, above, at) {
    rows.push({ top: above, height, from: place, to });
    for (; place < to; place++) {
      left[place] = at;
      wide[place] = (height * shapes[place]) / 100;
      at += wide[place] + gap;
    }
  }
  // Months or days, each with its heading; consecutive ones of few photos side by side
  function groups(list, level, content) {
    let end = 0; // of the row that others may share
    let shared = null;
    for (const group of list) {
      const [key, name, count] = group;
      const start = { level, key, name, count, top, height: HEADING[level], left: 0, width, place };
      if (!isFew(group)) {
        if (!headings.length) start.height = FIRST_HEADING;
        if (name) headings.push(start);
        if (name) top += start.height + gap;
        content(group);
        shared = null;
        continue;
      }
      let own = (count - 1) * gap;
      for (let i = place; i < place + count; i++) own += (shapes[i] / 100) * row;
      start.width = Math.min(width, Math.max(NARROWEST, own));
      if (shared === null || end + APART + start.width > width + TOLERANCE) {
        shared = top;
        top += start.height + gap;
        end = -APART;
      }
      Object.assign(start, { top: shared, left: end + APART });
      headings.push(start);
      const sharing = rows.at(-1);
      if (own > width + TOLERANCE) fill(place + count);
      else if (start.left) {
        put(place + count, row, sharing.top, start.left);
        sharing.to = rows.pop().to;
      } else {
        put(place + count, row, top, 0);
        top += row + gap;
      }
      end = start.left + start.width;
      skip(level, count);
    }
  }
  // Days of a month that is not divided
  function skip(level, count) {
    if (level === "month") for (let seen = 0; days[day] && seen < count; day++) seen += days[day][2];
  }
  groups(months, "month", ([, , count]) => {
    if (!days.length) return fill(place + count);
    const from = day;
    skip("month", count);
    groups(days.slice(from, day), "day", ([, , number]) => fill(place + number));
  });
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
