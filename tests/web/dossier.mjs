/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dossier.mjs GOOD HOSTILE [SHOTS] - the dossier of two cases in a real browser
 *
 * Speaks TAP. Reads the documents of the cases by itself and shares no code
 * with what made the page: a number on the page must be that of the document
 * that it names. HOSTILE is the same case with a hostile name. With SHOTS,
 * pictures of the page are left there for a person.
 */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const [good, hostile, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url)
  .resolve("axe-core/axe.min.js"), "utf8");
let count = 0;

function verdict(sentence, faults) {
  count += 1;
  faults.slice(0, 12).forEach((f) => console.log("# " + f));
  console.log(`${faults.length === 0 ? "ok" : "not ok"} ${count} - ` +
    sentence);
}

function json(...names) {
  return JSON.parse(readFileSync(path.join(...names), "utf8"));
}

/* ---- dossier.json against the tools' documents ---- */

function at(document, key) {
  return key.split("/").reduce(
    (value, name) => (value == null ? undefined : value[name]), document);
}

function factFaults(folder) {
  const dossier = json(folder, "dossier.json");
  const faults = [];
  const read = new Map();

  dossier.facts.forEach((f, n) => {
    if (f.document === null) {
      if (!f.how) faults.push(`fact ${n}: neither document nor reason`);
      return;
    }
    const name = f.document === "case.json" ? f.document
      : path.join(f.part, f.document);
    if (!read.has(name)) read.set(name, json(folder, name));
    if (at(read.get(name), f.key) !== f.value)
      faults.push(`${name} ${f.key}: ${at(read.get(name), f.key)} is not ` +
        String(f.value));
    if (typeof f.value !== "number") return;
    const shown = f.shown.replaceAll("\u202f", "");
    const decimals = (shown.split(".")[1] || "").length;
    const off = Math.abs(Number(shown) - f.value * (f.shown_times || 1));
    if (!(off <= 0.5000001 * 10 ** -decimals))
      faults.push(`${name} ${f.key}: ${f.value} is shown as ${f.shown}`);
  });
  return faults;
}

/* ---- the page against dossier.json ---- */

/* Digits in our own words; all others must be facts. */
const OWN = new RegExp("SHA-256|\\b(1|95|99) %|[\\w-]+\\.json|" +
  "\\[U\\+[0-9A-F]+\\]", "g");

function numberFaults(page, folder) {
  const facts = json(folder, "dossier.json").facts;

  return page.evaluate(([all, own]) => {
    const faults = [];
    const walk = document.createTreeWalker(document.body,
      NodeFilter.SHOW_TEXT);

    document.querySelectorAll("[data-fact]").forEach((e) => {
      const f = all[Number(e.dataset.fact)];
      const text = e.textContent.replace("\u2212", "-");

      if (f === undefined)
        faults.push(`no fact ${e.dataset.fact}`);
      else if (typeof f.value === "number" &&
          (text !== f.shown || Number(e.value) !== f.value))
        faults.push(`${text} is not ${f.shown} (${f.value})`);
    });
    while (walk.nextNode()) {
      const parent = walk.currentNode.parentElement;
      const left = walk.currentNode.data.replace(new RegExp(own, "g"), "");

      if (/[0-9]/.test(left) && !parent.closest("[data-fact], script, style"))
        faults.push(`a number without a source: ${left.trim()}`);
    }
    if (document.querySelectorAll("data[data-fact]").length < 150)
      faults.push("hardly any numbers");
    return faults;
  }, [facts, OWN.source]);
}

/* ---- the browser ---- */

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader"]
});

/* A page and what it complained about or asked for. */
async function open(folder, options, before) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const told = [];
  const url = pathToFileURL(path.resolve(folder, "index.html")).href;

  page.on("console", (m) => told.push(`console: ${m.text()}`));
  page.on("pageerror", (e) => told.push(`error: ${e.message}`));
  page.on("dialog", (d) => {
    told.push("a dialog");
    d.dismiss();
  });
  page.on("request", (r) => {
    if (r.url() !== url && !r.url().startsWith("data:"))
      told.push(`asks for ${r.url()}`);
  });
  if (before) await page.addInitScript(before);
  await page.goto(url);
  return { page, told, close: () => context.close() };
}

async function shot(page, name) {
  if (shots)
    await page.screenshot({ path: path.join(shots, name + ".png") });
}

async function axeFaults(page) {
  const client = await page.context().newCDPSession(page);

  /* The page's policy lets no script in: axe comes by the debugger. */
  await client.send("Runtime.evaluate", { expression: axe });
  const { result } = await client.send("Runtime.evaluate", {
    awaitPromise: true,
    returnByValue: true,
    expression: `axe.run(document, { resultTypes: ["violations"] }).then(
      (r) => r.violations.map((v) => v.id + ": " + v.nodes.length + " x " +
        v.nodes[0].html.slice(0, 160)))`
  });
  return result.value;
}

async function widthFaults(page) {
  const wide = await page.evaluate(() =>
    [document.documentElement.scrollWidth, window.innerWidth]);

  return wide[0] > wide[1] ? [`${wide[0]} px in a window of ${wide[1]}`] : [];
}

/* How many colours a picture of the canvas has. */
async function coloursOf(page, picture) {
  return page.evaluate(async (base64) => {
    const image = new Image();
    image.src = "data:image/png;base64," + base64;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const bytes = pen.getImageData(0, 0, image.width, image.height).data;
    const seen = new Set();
    for (let i = 0; i < bytes.length; i += 4)
      seen.add(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
    return seen.size;
  }, picture.toString("base64"));
}

/* ---- tests ---- */

verdict("every fact is what its document says", factFaults(good));

const desk = await open(good, { viewport: { width: 1280, height: 1000 } });
verdict("every number of the page is a fact, and the same",
  await numberFaults(desk.page, good));
verdict("axe finds nothing", await axeFaults(desk.page));
verdict("the verdict and the warnings come first", await desk.page.evaluate(
  () => {
    const order = [".verdict-line", "#warnings", "#parts", "#p1"].map(
      (s) => document.querySelector(s));
    return order.flatMap((e, n) => (n > 0 &&
      !(order[n - 1].compareDocumentPosition(e) &
        Node.DOCUMENT_POSITION_FOLLOWING) ? [`${n} is not behind`] : []));
  }));
verdict("no table scrolls on a desk", await desk.page.evaluate(() =>
  [...document.querySelectorAll(".scroll")].filter(
    (e) => e.scrollWidth > e.clientWidth).map((e) => e.parentNode.id)));
verdict("every link leads somewhere", await desk.page.evaluate(() =>
  [...document.querySelectorAll("a")].map((a) => a.getAttribute("href"))
    .filter((h) => !h.startsWith("#") || !document.getElementById(h.slice(1))
    )));
verdict("every picture is there and has words", await desk.page.evaluate(() =>
  [...document.images].filter((i) => !(i.naturalWidth > 100 &&
    i.alt.length > 10)).map((i) => i.alt || "no words")));
await shot(desk.page, "desk");

/* The viewer */
const section = desk.page.locator("section.viewer").first();
await section.scrollIntoViewIfNeeded();
await desk.page.waitForSelector("section.viewer[data-open='1']",
  { timeout: 10000 });
const canvas = section.locator("canvas");
const first = await canvas.screenshot();
const colours = await coloursOf(desk.page, first);
verdict("the viewer draws", colours > 100 ? [] : [`${colours} colours`]);
await shot(desk.page, "viewer");
await canvas.focus();
const keys = [["ArrowRight", ""], ["f", "from the front"],
  ["u", "from below"], ["c", ""], ["+", ""], ["Home", "askew"]];
const stuck = [];
let last = first;
for (const [key, words] of keys) {
  await desk.page.keyboard.press(key);
  const now = await canvas.screenshot();
  const status = await section.locator("[role=status]").textContent();
  if (now.equals(last)) stuck.push(`${key} changes nothing`);
  if (!status.endsWith(words)) stuck.push(`${key}: ${status}`);
  last = now;
}
verdict("the keyboard turns it, and it says so", stuck);
await desk.page.keyboard.press("Tab");
verdict("Tab goes on to its buttons, which have names",
  await desk.page.evaluate(() => {
    const b = document.activeElement;
    return b.tagName === "BUTTON" && b.textContent ? [] : [b.tagName];
  }));
const box = await canvas.boundingBox();
await desk.page.mouse.move(box.x + 100, box.y + 100);
await desk.page.mouse.down();
await desk.page.mouse.move(box.x + 200, box.y + 130);
await desk.page.mouse.up();
verdict("the mouse turns it", (await canvas.screenshot()).equals(last)
  ? ["nothing moves"] : []);
verdict("nothing is complained of, and nothing asked for", desk.told);

/* On paper */
await desk.page.emulateMedia({ media: "print" });
verdict("on paper there is no viewer", await section.isVisible()
  ? ["it is there"] : []);
const pdf = await desk.page.pdf({ preferCSSPageSize: true,
  printBackground: true, path: shots && path.join(shots, "page.pdf") });
const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
verdict("and a few pages", pages >= 3 && pages <= 8 * (1 +
  json(good, "case.json").parts.length) ? [] : [`${pages} pages`]);
await desk.close();

/* A phone, in the dark */
const phone = await open(good, { viewport: { width: 360, height: 740 },
  colorScheme: "dark" });
verdict("a phone need not scroll sideways", await widthFaults(phone.page));
verdict("axe finds nothing in the dark", await axeFaults(phone.page));
await shot(phone.page, "phone");
verdict("nothing is complained of on a phone", phone.told);
await phone.close();

/* Without JavaScript, and without WebGL */
const still = await open(good, { javaScriptEnabled: false });
const fallback = still.page.locator(".viewer .fallback").first();
verdict("without JavaScript there are verdicts, tables and pictures", [
  ["the verdict", await still.page.locator(".verdict-line").isVisible()],
  ["tables", await still.page.locator("#p1-defects table").isVisible()],
  ["pictures", await still.page.locator("#p1-views img").first()
    .isVisible()],
  ["a word on the viewer", await fallback.isVisible()]
].filter((f) => !f[1]).map((f) => f[0]));
await still.close();
const flat = await open(good, {}, () => {
  HTMLCanvasElement.prototype.getContext = () => null;
});
await flat.page.locator("section.viewer").first().scrollIntoViewIfNeeded();
await flat.page.waitForTimeout(300);
verdict("without WebGL a word says so, and no empty frame is left", [
  ...flat.told,
  ...(await flat.page.locator(".fallback").first().isVisible() ? []
    : ["no word"]),
  ...(await flat.page.locator(".stage").first().isVisible() ? ["a frame"]
    : [])
]);
await flat.close();

/* A hostile name */
const evil = await open(hostile, { viewport: { width: 360, height: 740 } });
await evil.page.locator("section.viewer").first().scrollIntoViewIfNeeded();
verdict("a hostile name runs nothing and asks for nothing", evil.told);
verdict("and makes no element, and turns no text", await evil.page.evaluate(
  () => [
    ...(document.querySelector("img[src=x], [onerror]") ? ["markup"] : []),
    ...(/[\u202a-\u202e\u2066-\u2069\u0007]/.test(document.body.textContent)
      ? ["controls"] : []),
    ...(document.body.textContent.includes("<img src=x") ? []
      : ["the name is not told"])
  ]));
verdict("and is not wider than the phone", await widthFaults(evil.page));
verdict("and its facts are whole", factFaults(hostile));
await shot(evil.page, "hostile");
await evil.close();
await browser.close();

/* ---- other judges ---- */

const judge = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: {
    "long-title": "off",
    "tel-non-breaking": "off",
    /* tables and drawings hold presentation attributes of SVG only */
    "no-inline-style": "error"
  }
});
for (const folder of [good, hostile]) {
  const report = await judge.validateString(
    readFileSync(path.join(folder, "index.html"), "utf8"));
  verdict("the HTML checker finds nothing", report.results.flatMap((r) =>
    r.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`)));
}
console.log(`1..${count}`);
