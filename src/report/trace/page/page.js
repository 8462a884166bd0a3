"use strict";
// Shows the way of a failure: where the pointer is, or at the command that was chosen by click, key or address.
// An address is `#L7` for the worst command on line 7 or `#L7.2` for the second, `#3L7` in the third of many scripts, and `@1` behind
// it names a text that the script reads along.

const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const main = $("#main");
const scripts = document.body.classList.contains("many") ? all("script[type='text/html']") : [];
const KINDS = ["step", "fails", "goes-on", "claim", "destroy", "end"];

let script = 0; // the number of the one that is shown, from 1; 0 where there is only one
let stage, data, marks; // its part of the page, its trace, the elements of each command
let chosen = null; // a command's number

function open(number) {
  if (scripts.length) {
    if (number === script) return;
    main.innerHTML = scripts[number - 1].textContent;
    all("#index a").forEach((link, index) => link.toggleAttribute("aria-current", index === number - 1));
    $(`#index a[href="#${number}"]`).scrollIntoView({ block: "nearest" });
  }
  script = number;
  stage = $(".stage", main);
  data = JSON.parse($(".data", main)?.textContent ?? '{"commands":[],"places":[],"texts":[]}');
  marks = data.commands.map(() => []);
  all("[data-c]", main).forEach((mark) => {
    marks[mark.dataset.c].push(mark);
    mark.setAttribute("role", "button");
    mark.tabIndex = -1;
  });
  if (marks.length && marks[0].length) marks[0][0].tabIndex = 0;
  chosen = null;
  if (stage) watch(stage);
}

// Where things are.

function codeOf(sheet, line) {
  return $(`.code[data-sheet="${sheet}"]`, stage)?.children[line - 1]?.querySelector("code");
}

// A column of a line as a place in the document.
function point(sheet, line, column) {
  const code = codeOf(sheet, line);
  if (!code) return null;
  const walk = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  let node, last = null;
  while ((node = walk.nextNode())) {
    if (column <= node.length) return { node, offset: column, line: code.parentElement };
    column -= node.length;
    last = node;
  }
  return last && { node: last, offset: last.length, line: code.parentElement };
}

// One box for each line that the place covers, from the stage's own corner.
function boxes(place) {
  const [sheet, fromLine, fromColumn, toLine, toColumn] = data.places[place];
  const corner = stage.getBoundingClientRect();
  const found = [];
  for (let line = fromLine; line <= Math.min(toLine, fromLine + 40); line++) {
    const from = point(sheet, line, line === fromLine ? fromColumn : indentation(sheet, line));
    const to = point(sheet, line, line === toLine ? toColumn : Infinity);
    if (!from || !to) continue;
    const range = document.createRange();
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, to.offset);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1) continue;
      const box = { left: rect.left - corner.left, right: rect.right - corner.left, top: rect.top - corner.top, bottom: rect.bottom - corner.top };
      const same = found.find((other) => Math.abs(other.top - box.top) < 6);
      if (same) Object.assign(same, { left: Math.min(same.left, box.left), right: Math.max(same.right, box.right) });
      else found.push(box);
    }
  }
  return found;
}

function indentation(sheet, line) {
  return (codeOf(sheet, line)?.textContent ?? "").search(/\S|$/);
}

// Whether nothing but blanks stands before the place on its line.
function isFirst(place) {
  const [sheet, line, column] = data.places[place];
  return column <= indentation(sheet, line);
}

// Drawing.

function element(name, attributes, parent) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
}

// A line through points, with round corners.
function rounded(points, radius = 6) {
  let path = `M${points[0].join(" ")}`;
  for (let index = 1; index < points.length - 1; index++) {
    const [before, corner, after] = [points[index - 1], points[index], points[index + 1]];
    const towards = ([x, y], [toX, toY]) => {
      const length = Math.hypot(toX - x, toY - y) || 1;
      const step = Math.min(radius, length / 2) / length;
      return [x + (toX - x) * step, y + (toY - y) * step];
    };
    path += `L${towards(corner, before).join(" ")}Q${corner.join(" ")} ${towards(corner, after).join(" ")}`;
  }
  return path + `L${points.at(-1).join(" ")}`;
}

function arrow(svg, from, to, lane) {
  const [a, b] = [from.boxes.at(-1), to.boxes[0]];
  const inset = (box, wish) => box.left + Math.min(wish, (box.right - box.left) / 2);
  const up = b.top < a.top - 4;
  let points, head;
  if (from.boxes.length === 1 && Math.abs(a.top - b.top) < 6) {
    const y = Math.max(a.bottom, b.bottom) + 4;
    points = [[inset(a, 16), a.bottom], [inset(a, 16), y], [inset(b, 10), y], [inset(b, 10), b.bottom]];
    head = "up";
  } else if (!up && b.top - a.bottom < 14) {
    const y = (a.bottom + b.top) / 2;
    points = [[inset(a, 16), a.bottom], [inset(a, 16), y], [inset(b, 24), y], [inset(b, 24), b.top]];
    head = "down";
  } else {
    const x = up ? lane - 10 : lane;
    const middle = (box, shift) => (box.top + box.bottom) / 2 + shift;
    const leave = from.first ? [[a.left, middle(a, 4)], [x, middle(a, 4)]]
      : [[inset(a, 16), a.bottom], [inset(a, 16), a.bottom + 4], [x, a.bottom + 4]];
    const enter = to.first ? [[x, middle(b, -2)], [b.left - 1, middle(b, -2)]]
      : [[x, b.top - 4], [inset(b, 24), b.top - 4], [inset(b, 24), b.top]];
    points = [...leave, ...enter];
    head = to.first ? "right" : "down";
  }
  element("path", { d: rounded(points), class: up ? "up" : "" }, svg);
  const [x, y] = points.at(-1);
  const tips = { right: "-6 -4 0 0 -6 4", down: "-4 -6 0 0 4 -6", up: "-4 6 0 0 4 6" };
  const tip = tips[head].split(" ").map((value, index) => Number(value) + (index % 2 ? y : x));
  element("polygon", { points: tip.join(" "), class: "head" }, svg);
}

function badge(svg, box, index, number, kind) {
  const group = element("g", { class: `badge ${kind}` }, svg);
  const [x, y] = [box.right + 3 + index * 13, box.top - 1];
  element("circle", { cx: x, cy: y, r: 6.5 }, group);
  element("text", { x, y: y + 3.4 }, group).textContent = number;
}

// What is shown of a command.

function stopsOf(command) {
  const { stops, exit } = data.commands[command];
  return stops.map(([kind, place, text], index) => {
    const name = KINDS[kind];
    const shown = name === "end" ? `end ${exit === "0" ? "zero" : exit}` : name;
    return { kind: shown, place, text: data.texts[text], number: index + 1 };
  });
}

function show(command) {
  if (!stage) return;
  const svg = $(".way", stage);
  const notes = $(".notes", stage);
  svg.replaceChildren();
  notes.replaceChildren();
  notes.className = "notes";
  all(".on-way", stage).forEach((line) => line.classList.remove("on-way"));
  if (command === null) return survey(notes);
  const stops = stopsOf(command);
  for (const place of [data.commands[command].place, ...stops.map((stop) => stop.place)]) {
    const [sheet, line] = data.places[place];
    point(sheet, line, 0)?.line.classList.add("on-way");
  }
  draw(svg, command, stops);
  tell(notes, command, stops);
}

function draw(svg, command, stops) {
  const own = data.commands[command].place;
  const shown = (stops.length ? stops : [{ kind: "asked", place: own }]).map((stop) => (
    { ...stop, boxes: boxes(stop.place), first: isFirst(stop.place) }
  )).filter((stop) => stop.boxes.length);
  const code = $(".code code", stage)?.getBoundingClientRect();
  const lane = code ? code.left - stage.getBoundingClientRect().left - 14 : 0;
  const back = element("g", {}, svg);
  const ways = element("g", {}, svg);
  const front = element("g", {}, svg);
  const drawn = new Map();
  // What stands within another place lies over it.
  const extent = ({ boxes }) => boxes.reduce((sum, { left, right }) => sum + right - left, 0);
  for (const { kind, boxes } of [...shown].sort((a, b) => extent(b) - extent(a))) {
    for (const { left, right, top, bottom } of boxes) {
      const box = { x: left - 2, y: top - 1, width: right - left + 4, height: bottom - top + 2, rx: 3 };
      element("rect", { ...box, class: kind }, back);
    }
  }
  shown.forEach((stop, index) => {
    if (index && shown[index - 1].place !== stop.place) arrow(ways, shown[index - 1], stop, lane);
    const before = drawn.get(stop.place) ?? 0;
    drawn.set(stop.place, before + 1);
    if (stops.length) badge(front, stop.boxes[0], before, stop.number, stop.kind);
  });
}

function tell(notes, command, stops) {
  const { name, words, place } = data.commands[command];
  const heading = document.createElement("h4");
  const code = document.createElement("code");
  code.textContent = name;
  heading.append(code, ` – ${words}`);
  notes.append(heading);
  const list = document.createElement("ol");
  stops.forEach((stop, index) => {
    const item = document.createElement("li");
    item.className = stop.kind;
    item.dataset.n = index + 1;
    const where = document.createElement("span");
    where.className = "where";
    where.textContent = ` ${lineOf(stop.place)}`;
    item.append(...worded(stop.text), where);
    item.addEventListener("click", () => reveal(stop.place));
    list.append(item);
  });
  notes.append(list);
  arrange(notes, [heading, ...list.children], [place, ...stops.map((stop) => stop.place)]);
}

// What stands in backticks is the script's own.
function worded(text) {
  return text.split("`").map((part, index) => {
    if (index % 2 === 0) return part;
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}

// What there is to choose, the worst first, as long as nothing is chosen.
function survey(notes) {
  const order = data.commands.map((_, command) => command).filter((command) => data.commands[command].alarm === "silent");
  if (!order.length) return;
  order.sort((a, b) => harm(data.commands[b]) - harm(data.commands[a]));
  const heading = document.createElement("h4");
  heading.textContent = "Failures that are lost";
  const list = document.createElement("ol");
  list.className = "overview";
  for (const command of order.slice(0, 100)) {
    const { name, words, place } = data.commands[command];
    const item = document.createElement("li");
    const code = document.createElement("code");
    code.textContent = name;
    const where = document.createElement("span");
    where.className = "where";
    where.textContent = ` ${lineOf(place)}`;
    item.append(code, ` ${words}`, where);
    item.addEventListener("click", () => choose(command, { scroll: true }));
    list.append(item);
  }
  notes.classList.add("listed");
  notes.append(heading, list);
}

function lineOf(place) {
  const [sheet, line] = data.places[place];
  const other = sheet ? all("h3", stage)[all(".code", stage).findIndex((it) => it.dataset.sheet === String(sheet)) - 1] : null;
  return other ? `${other.firstChild.textContent.trim()}:${line}` : `line ${line}`;
}

// On a wide page each note stands beside its line, as long as all of them can be seen at once.
function arrange(notes, items, places) {
  if (!matchMedia("(min-width: 72rem)").matches) return;
  const top = notes.getBoundingClientRect().top - stage.getBoundingClientRect().top;
  const wishes = places.map((place) => (boxes(place)[0]?.top ?? 0) - top);
  const tall = Math.max(...wishes) - Math.min(...wishes) + 60 > innerHeight * 0.8;
  notes.classList.add(tall ? "listed" : "placed");
  if (tall) return;
  let free = 0;
  items.forEach((item, index) => {
    item.style.position = "absolute";
    const lift = index === 0 ? item.offsetHeight + 6 : 4;
    const at = Math.max(free, wishes[index] - lift);
    item.style.top = `${at}px`;
    free = at + item.offsetHeight + 5;
  });
}

function reveal(place) {
  const [sheet, line] = data.places[place];
  point(sheet, line, 0)?.line.scrollIntoView({ block: "nearest", behavior: "auto" });
}

// Choosing.

function choose(command, { scroll = false, address = true } = {}) {
  all("[data-c][tabindex='0']", stage).forEach((mark) => { mark.tabIndex = -1; });
  all("[data-c][aria-current]", stage).forEach((mark) => mark.removeAttribute("aria-current"));
  chosen = command;
  if (command !== null) {
    marks[command].forEach((mark) => mark.setAttribute("aria-current", "true"));
    if (marks[command].length) marks[command][0].tabIndex = 0;
    if (scroll) reveal(data.commands[command].place);
  }
  show(command);
  if (address) history.replaceState(null, "", addressOf(command));
}

function addressOf(command) {
  const own = script ? String(script) : "";
  if (command === null) return `#${own}`;
  const [sheet, line] = data.places[data.commands[command].place];
  const index = worstOf(onLine(sheet, line)) === command ? "" : `.${onLine(sheet, line).indexOf(command) + 1}`;
  return `#${own}L${line}${index}${sheet ? `@${sheet}` : ""}`;
}

function onLine(sheet, line) {
  return data.commands.flatMap(({ place }, command) => {
    const [itsSheet, itsLine] = data.places[place];
    return itsSheet === sheet && itsLine === line ? [command] : [];
  });
}

const ALARMS = ["silent", "quiet", "loud", "none"];

function worstOf(commands) {
  const alarm = (command) => ALARMS.indexOf(data.commands[command].alarm);
  return commands.find((command) => commands.every((other) => alarm(command) <= alarm(other)));
}

const harm = ({ stops }) => stops.filter(([kind]) => ["claim", "destroy"].includes(KINDS[kind])).length;

// The command that says most of the script: a silent one, with the longest tale of what still happens.
function worst() {
  const rank = ({ alarm, stops }) => -1000 * ALARMS.indexOf(alarm) + harm({ stops });
  const ranks = data.commands.map(rank);
  const best = ranks.reduce((best, rank, command) => (rank > (ranks[best] ?? -Infinity) ? command : best), -1);
  return best < 0 || data.commands[best].alarm === "none" ? null : best;
}

// Without an address the worst is shown, if it is in sight.
function first() {
  const command = worst();
  const box = command === null ? null : marks[command][0]?.getBoundingClientRect();
  return box && box.bottom < innerHeight ? command : null;
}

function follow() {
  const [, number, line, index, sheet] = location.hash.match(/^#(\d*)(?:L(\d+)(?:\.(\d+))?(?:@(\d+))?)?$/) ?? [];
  open(Math.min(Number(number) || (scripts.length ? 1 : 0), scripts.length));
  if (!stage) return;
  const there = line ? onLine(Number(sheet ?? 0), Number(line)) : [];
  const found = index ? there[Number(index) - 1] : worstOf(there);
  if (found !== undefined) choose(found, { scroll: true, address: false });
  else choose(first(), { address: false });
}

function step(forwards, wanted) {
  const order = data.commands.map((_, command) => command).filter((command) => wanted(data.commands[command]));
  if (!order.length) return;
  const at = chosen ?? (forwards ? -1 : data.commands.length);
  const next = forwards ? order.find((command) => command > at) : order.findLast((command) => command < at);
  choose(next ?? (forwards ? order[0] : order.at(-1)), { scroll: true });
  marks[chosen][0]?.focus({ preventScroll: true });
}

// Listening.

function watch(stage) {
  const command = (event) => {
    const mark = event.target.closest?.("[data-c]");
    return mark ? Number(mark.dataset.c) : null;
  };
  if (matchMedia("(hover: hover)").matches) {
    stage.addEventListener("mouseover", (event) => command(event) !== null && show(command(event)));
    stage.addEventListener("mouseout", (event) => command(event) !== null && show(chosen));
  }
  stage.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && command(event) !== null) choose(command(event));
  });
  stage.addEventListener("click", (event) => command(event) !== null && choose(command(event)));
  new ResizeObserver(() => show(chosen)).observe($(".sheets", stage));
}

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* a page from a file may have no storage */ }
}

function toggleSilent() {
  document.body.classList.toggle("only-silent", $("#only").checked);
  show(chosen);
}

function toggleLegend() {
  const legend = $("#legend");
  legend.hidden = !legend.hidden;
  $("#help").setAttribute("aria-expanded", String(!legend.hidden));
}

const wanted = (command) => ($("#only").checked ? command.alarm === "silent" : command.alarm !== "none");
const silent = (command) => command.alarm === "silent";
const KEYS = {
  j: () => step(true, wanted), ArrowDown: () => step(true, wanted),
  k: () => step(false, wanted), ArrowUp: () => step(false, wanted),
  n: () => step(true, silent), p: () => step(false, silent),
  "]": () => turn(1), "[": () => turn(-1),
  s: () => { $("#only").checked = !$("#only").checked; toggleSilent(); },
  t: toggleTheme, "?": toggleLegend, Escape: () => choose(null),
};

function turn(by) {
  const next = script + by;
  if (next >= 1 && next <= scripts.length) location.hash = `#${next}`;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input[type=search]")) return;
  const act = KEYS[event.key];
  if (!act || !stage) return;
  event.preventDefault();
  act();
});
$("#only").addEventListener("change", toggleSilent);
$("#theme").addEventListener("click", toggleTheme);
$("#help").addEventListener("click", toggleLegend);
$("#find")?.addEventListener("input", ({ target }) => {
  const wish = target.value.toLowerCase();
  all("#index li").forEach((item) => { item.hidden = !$(".path", item).textContent.toLowerCase().includes(wish); });
});
addEventListener("hashchange", follow);
try { document.documentElement.dataset.theme = localStorage.getItem("theme") ?? ""; } catch { /* as above */ }
follow();
