/**
 * Drawing: a description of what the page should show goes in, the smallest change of the page comes out.
 * Text only ever becomes text nodes, so nothing in a message can turn into markup.
 * Elements that stay keep their focus, their caret and what was typed.
 */

const drawn = new WeakMap();
const LIVE = ["checked", "indeterminate", "value"];

/** Describes one element. `props`: `key`, `on...` handlers, `view` for own elements; all else is an attribute. */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: children.flat(Infinity).filter(isSomething) };
}

/** Makes the children of `parent` look as described. */
export function patch(parent, wanted) {
  const descriptions = [wanted].flat(Infinity).filter(isSomething);
  const nodes = reuse(parent, descriptions);
  const kept = new Set(nodes);
  for (const node of [...parent.childNodes]) if (!kept.has(node)) node.remove();
  let place = parent.firstChild;
  descriptions.forEach((description, index) => {
    const node = nodes[index] ?? create(description);
    update(node, description);
    // Moving a focused element would take its focus away, so a node in the right place is left alone.
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  });
}

function isSomething(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}

function reuse(parent, descriptions) {
  const free = [...parent.childNodes];
  return descriptions.map((description) => {
    const index = free.findIndex((node) => fits(node, description));
    return index < 0 ? null : free.splice(index, 1)[0];
  });
}

function fits(node, description) {
  if (typeof description !== "object") return node.nodeType === Node.TEXT_NODE;
  const before = drawn.get(node);
  return before?.tag === description.tag && before.props.key === description.props.key;
}

function create(description) {
  return typeof description === "object" ? document.createElement(description.tag) : document.createTextNode("");
}

function update(node, description) {
  if (typeof description !== "object") {
    if (node.data !== String(description)) node.data = String(description);
    return;
  }
  const before = drawn.get(node)?.props ?? {};
  drawn.set(node, description);
  for (const name of Object.keys(before)) if (!(name in description.props)) setProp(node, name, null);
  for (const [name, value] of Object.entries(description.props)) setProp(node, name, value);
  // An own element draws its inside itself.
  if (!description.tag.includes("-")) patch(node, description.children);
  // After the children, because a select can only take a value that one of its options has.
  for (const name of LIVE) if (name in description.props) setLive(node, name, description.props[name]);
}

function setProp(node, name, value) {
  if (name === "key" || LIVE.includes(name)) return;
  if (name === "view" || name.startsWith("on")) node[name] = value;
  else if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? "" : value);
}

/** What the person can change: compared with the page, not with the last description. */
function setLive(node, name, value) {
  const wanted = name === "value" ? (value ?? "") : Boolean(value);
  if (node[name] !== wanted) node[name] = wanted;
}
