/**
 * A chart of days or classes: bars, stacked where there are several series, or a line. Plain SVG.
 *
 * view: {label, kind: "bars" | "line", points: [{key, title, short}], series: [{title, values}], value(number) -> words}
 *
 * Series differ by pattern as well as by colour. Arrow keys walk over the points, and what a point holds is said and
 * shown as it is under the mouse. The same figures are a table below, one click away.
 */

import { h, patch } from "../js/dom.js";
import { words } from "../texts/en/admin.js";
import { table } from "./parts.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 200;
const TOP = 10;
const BOTTOM = 24;
const LABEL_WIDTH = 46;
const STEPS = [1, 2, 5];
const PATTERNS = [
  null,
  "M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6",
  "M1 1 h2 v2 h-2 z M5 5 h2 v2 h-2 z",
  "M0 2 H8 M0 6 H8",
  "M2 0 V8 M6 0 V8",
  "M0 0 L8 8 M8 0 L0 8",
];

let count = 0;

class Chart extends HTMLElement {
  #view;
  #name = `chart-${(count += 1)}`;
  #at = null;
  #width = 0;
  #isTableOpen = false;
  #observer = new ResizeObserver(() => this.#measured());

  // Lifecycle

  connectedCallback() {
    this.#observer.observe(this);
    this.#measured();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
  }

  get view() {
    return this.#view;
  }

  set view(view) {
    this.#view = view;
    this.#draw();
  }

  // Actions

  #measured() {
    const width = Math.floor(this.clientWidth);
    if (width === this.#width || width === 0) return;
    this.#width = width;
    this.#draw();
  }

  #walk(event) {
    const last = this.#view.points.length - 1;
    const from = this.#at ?? -1;
    const to = {
      ArrowRight: Math.min(from + 1, last),
      ArrowLeft: Math.max(from - 1, 0),
      Home: 0,
      End: last,
      Escape: null,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#show(to);
  }

  #point(event) {
    const { left } = this.querySelector("svg").getBoundingClientRect();
    const at = Math.floor((event.clientX - left - LABEL_WIDTH) / this.#step());
    this.#show(at >= 0 && at < this.#view.points.length ? at : null);
  }

  #show(at) {
    if (at === this.#at) return;
    this.#at = at;
    this.#draw();
  }

  // Private

  #step() {
    return (this.#width - LABEL_WIDTH) / this.#view.points.length;
  }

  #draw() {
    if (!this.#view || !this.#width) return;
    const { label, series, points } = this.#view;
    patch(this, [
      series.length > 1 &&
        h(
          "ul",
          { class: "legend", key: "legend" },
          series.map(({ title }, index) =>
            h("li", { key: title }, h("span", { class: "swatch", "data-swatch": String(index) }), title),
          ),
        ),
      h(
        "div",
        {
          class: "plot",
          key: "plot",
          tabindex: "0",
          role: "group",
          "aria-label": `${label} ${words.chart.keys}`,
          onkeydown: (event) => this.#walk(event),
          onpointermove: (event) => this.#point(event),
          onpointerleave: () => this.#show(null),
          onblur: () => this.#show(null),
        },
        h("affix-drawing", { key: "drawing", view: { draw: (place) => this.#picture(place) } }),
        h(
          "div",
          { class: "hidden-text", role: "status", key: "status" },
          this.#at === null ? "" : this.#sentence(points[this.#at], this.#at),
        ),
        this.#at !== null && this.#tip(),
      ),
      h(
        "details",
        { class: "chart-table", key: "table", ontoggle: (event) => this.#toggled(event.target.open) },
        h("summary", {}, words.chart.table),
        this.#isTableOpen && this.#table(),
      ),
    ]);
    this.#swatches();
    const tip = this.querySelector(".tip");
    if (tip) this.#place(tip);
  }

  #toggled(isOpen) {
    if (isOpen === this.#isTableOpen) return;
    this.#isTableOpen = isOpen;
    this.#draw();
  }

  #table() {
    const { label, points, series, value } = this.#view;
    const rows = points.map((point, index) => ({
      key: point.key,
      cells: [point.title, ...series.map(({ values }) => value(values[index]))],
    }));
    return table({ label, columns: [words.chart.when, ...series.map(({ title }) => title)], rows });
  }

  #tip() {
    const { points, series, value } = this.#view;
    const there = series.map(({ title, values }) => [title, values[this.#at]]).filter(([, each]) => each > 0);
    return h(
      "div",
      { class: "tip", key: "tip", "aria-hidden": "true" },
      h("strong", {}, points[this.#at].title),
      there.length === 0 && h("div", {}, words.chart.nothing),
      there.map(([title, each]) =>
        h("div", { key: title, class: "tip-line" }, h("span", {}, title), h("span", {}, value(each))),
      ),
    );
  }

  #place(tip) {
    const middle = LABEL_WIDTH + (this.#at + 0.5) * this.#step();
    const isRight = middle > this.#width / 2;
    tip.style.setProperty(isRight ? "right" : "left", `${isRight ? this.#width - middle + 8 : middle + 8}px`);
    tip.style.removeProperty(isRight ? "left" : "right");
  }

  #sentence(point, index) {
    const { series, value } = this.#view;
    const there = series
      .filter(({ values }) => values[index] > 0)
      .map(({ title, values }) => `${title}: ${value(values[index])}`);
    return `${point.title}. ${there.join(", ") || words.chart.nothing}`;
  }

  #swatches() {
    for (const swatch of this.querySelectorAll("[data-swatch]")) {
      if (swatch.firstChild) continue;
      const index = Number(swatch.dataset.swatch);
      swatch.append(
        drawn(
          "svg",
          { width: 14, height: 14, "aria-hidden": "true" },
          this.#patternOf(index, "-key"),
          drawn("rect", { width: 14, height: 14, rx: 3, fill: `url(#${this.#name}-${index}-key)` }),
        ),
      );
    }
  }

  #patternOf(index, suffix = "") {
    const mark = PATTERNS[index % PATTERNS.length];
    return drawn(
      "defs",
      {},
      drawn(
        "pattern",
        { id: `${this.#name}-${index}${suffix}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
        drawn("rect", { width: 8, height: 8, class: `series-${index}` }),
        mark && drawn("path", { d: mark, class: "series-mark" }),
      ),
    );
  }

  #picture(place) {
    const { kind, points, series, value } = this.#view;
    const totals = points.map((_, index) =>
      kind === "line"
        ? Math.max(0, ...series.map(({ values }) => values[index] ?? 0))
        : sum(series.map(({ values }) => values[index] ?? 0)),
    );
    const ticks = ticksUpTo(Math.max(...totals, 0), kind === "line");
    const floor = HEIGHT - BOTTOM;
    const y = (amount) => floor - (amount / ticks.at(-1)) * (floor - TOP);
    const step = this.#step();
    const every = Math.ceil(54 / step);
    const svg = drawn(
      "svg",
      { width: this.#width, height: HEIGHT, "aria-hidden": "true", focusable: "false" },
      ...series.map((_, index) => this.#patternOf(index)),
      ...ticks.flatMap((tick) => [
        drawn("line", { x1: LABEL_WIDTH, x2: this.#width, y1: y(tick), y2: y(tick), class: "grid-line" }),
        drawn("text", { x: LABEL_WIDTH - 8, y: y(tick) + 4, class: "axis", "text-anchor": "end" }, value(tick)),
      ]),
      this.#at !== null &&
        drawn("rect", { x: LABEL_WIDTH + this.#at * step, y: TOP, width: step, height: floor - TOP, class: "marker" }),
      ...(kind === "line" ? this.#line(y, step) : this.#bars(y, step)),
      ...points.map(
        (point, index) =>
          index % every === 0 &&
          drawn(
            "text",
            { x: LABEL_WIDTH + (index + 0.5) * step, y: HEIGHT - 6, class: "axis", "text-anchor": "middle" },
            point.short ?? point.title,
          ),
      ),
    );
    place.replaceChildren(svg);
  }

  #bars(y, step) {
    const { points, series } = this.#view;
    const width = Math.min(Math.max(step * 0.66, 2), 56);
    return points.flatMap((_, at) => {
      let below = 0;
      return series.map(({ values }, index) => {
        const amount = values[at] ?? 0;
        if (!amount) return null;
        const [bottom, top] = [y(below), y(below + amount)];
        below += amount;
        return drawn("rect", {
          x: LABEL_WIDTH + at * step + (step - width) / 2,
          y: top,
          width,
          height: Math.max(bottom - top, 1),
          rx: 1.5,
          fill: `url(#${this.#name}-${index})`,
          class: "bar-edge",
        });
      });
    });
  }

  #line(y, step) {
    const { series } = this.#view;
    return series.flatMap(({ values }, index) => {
      const there = values
        .map((amount, at) => [LABEL_WIDTH + (at + 0.5) * step, amount])
        .filter(([, amount]) => amount !== null && amount !== undefined);
      const path = there.map(([x, amount], place) => `${place === 0 ? "M" : "L"}${x} ${y(amount)}`).join(" ");
      return [
        drawn("path", { d: path, class: `line line-${index}` }),
        ...there.map(([x, amount]) => drawn("circle", { cx: x, cy: y(amount), r: 3, class: `series-${index}` })),
      ];
    });
  }
}

/** A place for what is drawn by hand, left alone by h(). */
class Drawing extends HTMLElement {
  set view({ draw }) {
    draw(this);
  }
}

function drawn(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

/** Round numbers from 0 to at least `most`, four steps or fewer. Whole ones, but for lines. */
function ticksUpTo(most, isFine) {
  if (most <= 0) return [0, 1];
  const size = 10 ** Math.floor(Math.log10(most / 4));
  const step = Math.max(
    [...STEPS, 10].map((each) => each * size).find((each) => most / each <= 4),
    isFine ? 0 : 1,
  );
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

function sum(values) {
  return values.reduce((total, each) => total + each, 0);
}

customElements.define("affix-drawing", Drawing);
customElements.define("affix-chart", Chart);
