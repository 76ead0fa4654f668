// Pages of sample cases, a browser, and a server for them.
//
// SPOGLIGHT is the program, CHROMIUM the browser; both have a default. Everything is written to a folder that is removed
// at the end.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const folder = mkdtempSync(join(tmpdir(), 'spoglight-browser-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// A page that hangs ends a test; no time decides one otherwise.
const patience = 60_000;

/** Every section of a page that has events. */
export const sections = ['findings', 'time', 'events', 'gaps', 'unrecognized', 'sources', 'made'];

const program = process.env.SPOGLIGHT ?? join(root, 'target/debug/spoglight');

function found(names) {
  const path = names.find(existsSync);
  if (!path) throw new Error(`none of ${names.join(', ')} exists: set CHROMIUM to a browser`);
  return path;
}

/** Writes the report of a folder; its path is relative to `from`. */
export function analyze(path, from, ...options) {
  const file = join(folder, `${basename(path)}.html`);
  return new Promise((done, fail) => {
    execFile(program, ['analyze', path, '--format', 'html', '-o', file, ...options], { cwd: from }, (error, _, errors) => {
      // 1 and 3 are verdicts
      if (error && ![1, 3].includes(error.code)) fail(new Error(`${program}: ${error.message}\n${errors}`));
      else done(file);
    });
  });
}

const made = new Map();

/** The report of a sample case. */
export function report(name) {
  if (!made.has(name)) made.set(name, analyze(name, join(root, 'samples/cases')));
  return made.get(name);
}

/** The address of a file. */
export const address = file => pathToFileURL(file).href;

export function launch() {
  const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? found(usual),
    args: ['--no-sandbox'],
    timeout: patience,
  });
}

/** Opens a page and notes what it does: `seen` has its requests, errors and dialogs. */
export async function visit(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const seen = { requests: [], errors: [], dialogs: [] };
  page.on('request', request => seen.requests.push(request.url()));
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) seen.errors.push(message.text());
  });
  page.on('pageerror', error => seen.errors.push(String(error)));
  page.on('dialog', async dialog => {
    seen.dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  await page.goto(url);
  return { page, seen, close: () => context.close() };
}

/** Serves one file with further headers; `hits` are the paths that were asked for. */
export async function serve(file, headers = {}) {
  const hits = [];
  const body = await readFile(file);
  const server = createServer((request, response) => {
    hits.push(request.url);
    const is_page = request.url === '/report.html';
    response.writeHead(is_page ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', ...headers });
    response.end(is_page ? body : '');
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const origin = `http://localhost:${server.address().port}`;
  return { url: `${origin}/report.html`, origin, hits, close: () => new Promise(done => server.close(done)) };
}

/** The part of an element that is seen: is it in the window, and has it a size? */
export function placeOf(page, query) {
  return page.locator(query).first().evaluate(element => {
    const box = element.getBoundingClientRect();
    return { top: box.top, bottom: box.bottom, height: box.height, window: innerHeight };
  });
}
