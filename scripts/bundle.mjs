/**
 * Puts the modules and style sheets of each of the add-in's pages together, small and in few files, beside the libraries.
 * Usage: node scripts/bundle.mjs [ADDIN [INTO]]    from the repository's folder; by default addin and addin/vendor.
 *
 * Nothing depends on it: without it, or when it is older than the sources, the service gives the sources themselves.
 * What it was made of stands in sources.sha256, in the format of sha256sum. When that still holds, nothing is done.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const PACKAGES = ".cache/pane/package.json";
// Also known to server/pane_files.py: what is served, and what in it was made here.
const SERVED = /\.(css|html|js|png|svg)$/;
const MADE = "vendor";
const LISTING = "sources.sha256";
// What an older set-up left here, or this one; libraries are copied by scripts/setup and stay.
const OURS = /(^made-.*|\.html|\.sha256)$/;
const SENTENCES = /\/texts\/[a-z]{2}\/service\.js$/;
const LANGUAGE = /\/texts\/([a-z]{2})\.js$/;
// Outlook's views since 2023: WebView2, Safari 16, Firefox.
const TARGET = ["es2022", "safari16"];

const addin = resolve(process.argv[2] ?? "addin");
const into = resolve(process.argv[3] ?? join(addin, MADE));

const COMMON = {
  absWorkingDir: addin,
  outdir: into,
  bundle: true,
  format: "esm",
  minify: true,
  sourcemap: true,
  metafile: true,
  target: TARGET,
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent",
};

const listing = sources();
if (listing !== made()) await makeAll();

async function makeAll() {
  mkdirSync(into, { recursive: true });
  for (const name of readdirSync(into)) if (OURS.test(name)) rmSync(join(into, name));
  const { build } = createRequire(resolve(PACKAGES))("esbuild");
  const pages = readdirSync(addin).filter((name) => name.endsWith(".html")).map(read);
  for (const page of pages) if (page.module) await make(page, build);
  // Last and at once: from now on the service uses it.
  writeFileSync(join(into, `${LISTING}.new`), listing);
  renameSync(join(into, `${LISTING}.new`), join(into, LISTING));
}

/** A page that cannot be put together is served as it is, and the others all the same. */
async function make(page, build) {
  const languages = {};
  try {
    const { metafile } = await build(pageOptions(page, (build) => wordsApart(build, languages)));
    writeFileSync(join(into, page.name), rewritten(page, metafile, languages));
    report(page, metafile, languages);
  } catch ({ message }) {
    console.error(`scripts/bundle.mjs: ${page.name}: ${message}`);
    process.exitCode = 1;
  }
}

/** All sources with their hashes, and this program, since another one makes something else of them. */
function sources() {
  const names = readdirSync(addin, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => SERVED.test(name) && !/^(vendor|node_modules)\//.test(name))
    .sort();
  const own = `${hash(fileURLToPath(import.meta.url))}  ../scripts/bundle.mjs`;
  return [own, ...names.map((name) => `${hash(join(addin, name))}  ${name}`), ""].join("\n");
}

function made() {
  try {
    return readFileSync(join(into, LISTING), "utf8");
  } catch {
    return null;
  }
}

function hash(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** A page with the addresses of its own style sheets and of its module; one without a module is served as it is. */
function read(name) {
  const text = readFileSync(join(addin, name), "utf8");
  const sheets = [...text.matchAll(/<link rel="stylesheet" href="([^"]+)">/g)].map(([, href]) => href);
  const [, module] = text.match(/<script type="module"(?: async)? src="([^"]+)">/) ?? [];
  return { name, text, sheets, module, title: `made-${name.replace(".html", "")}` };
}

function pageOptions({ sheets, module, title }, words) {
  return {
    ...COMMON,
    entryPoints: [
      { in: join(addin, module), out: title },
      ...(sheets.length ? [{ in: "sheets", out: title }] : []),
    ],
    splitting: true,
    chunkNames: "made-[name]-[hash]",
    // Style sheets and modules here are as deep in the tree as those that they are made of.
    external: ["../icons/*"],
    plugins: [
      { name: "style sheets of a page", setup: (build) => together(build, sheets) },
      { name: "words of a language", setup: words },
    ],
  };
}

function together(build, sheets) {
  const contents = sheets.map((href) => `@import "./${href}";`).join("\n");
  build.onResolve({ filter: /^sheets$/ }, ({ path }) => ({ path, namespace: "sheets" }));
  build.onLoad({ filter: /./, namespace: "sheets" }, () => ({ contents, loader: "css", resolveDir: addin }));
}

/** One file for each language, with all that it needs, so that one request brings it. Notes the names of the files. */
function wordsApart({ esbuild, onResolve }, languages) {
  onResolve({ filter: LANGUAGE }, async ({ path, resolveDir, kind }) => {
    if (kind !== "dynamic-import") return null;
    const entryPoints = [resolve(resolveDir, path)];
    const plugins = [{ name: "sentences of the service", setup: shortened }];
    const { metafile } = await esbuild.build({ ...COMMON, entryPoints, entryNames: "made-[name]-[hash]", plugins });
    const made = Object.keys(metafile.outputs).find((each) => each.endsWith(".js"));
    const [, language] = path.match(LANGUAGE);
    languages[language] = basename(made);
    return { path: `./${basename(made)}`, external: true };
  });
}

/** Translations of whole sentences under short names, which said.js knows too: English itself need not travel. */
function shortened({ onLoad }) {
  onLoad({ filter: SENTENCES }, async ({ path }) => {
    const { short } = await import(join(addin, "js/short.js"));
    const { service } = await import(path);
    const named = Object.entries(service).map(([english, theirs]) => [
      english.includes("{}") ? english : short(english),
      theirs,
    ]);
    if (new Set(named.map(([name]) => name)).size < named.length) throw new Error(`${path}: a short name stands for two`);
    return { contents: `export const service = ${JSON.stringify(Object.fromEntries(named))};` };
  });
}

/**
 * The page with the new files in the place of the first of each kind, and what the module imports named beside it. Words
 * are named for every language; the service keeps those of the language that Outlook asks for the page in.
 */
function rewritten({ text, sheets, module, title }, { outputs }, languages) {
  const named = Object.fromEntries(Object.keys(outputs).map((path) => [basename(path), path]));
  const ahead = [
    ...imported(named[`${title}.js`], outputs).map((name) => preload(name)),
    ...Object.entries(languages).map(([language, name]) => preload(name, ` data-language="${language}"`)),
  ];
  let page = text;
  sheets.forEach((href, index) => {
    const line = new RegExp(`[ \\t]*<link rel="stylesheet" href="${href}">\\n`);
    const instead = [`  <link rel="stylesheet" href="${MADE}/${title}.css">\n`, ...ahead].join("");
    page = page.replace(line, index ? "" : instead);
  });
  return page.replace(`src="${module}"`, `src="${MADE}/${title}.js"`);
}

function preload(name, more = "") {
  return `  <link rel="modulepreload" href="${MADE}/${name}"${more}>\n`;
}

/** Names of the files that this one cannot do without; those imported later are not among them. */
function imported(path, outputs, seen = new Set()) {
  for (const { path: next, kind, external } of outputs[path].imports)
    if (kind === "import-statement" && !external && !seen.has(next)) imported(next, outputs, seen.add(next));
  return [...seen].map((each) => basename(each));
}

function report({ name }, { outputs }, languages) {
  const all = [...Object.keys(outputs).map((path) => basename(path)), ...Object.values(languages)];
  const files = all.filter((each) => !each.endsWith(".map"));
  const sizes = files.map((each) => gzipSync(readFileSync(join(into, each)), { level: 9 }).length);
  const sum = sizes.reduce((whole, one) => whole + one, 0);
  console.error(`scripts/bundle.mjs: ${name}: ${files.length} files, ${sum} bytes compressed`);
}
