// What a reader does with a report: read it, follow its links, filter, copy, print, with script and without.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { address, analyze, folder, launch, placeOf, report, sections, serve, visit } from './support.mjs';

const CASE = 'untrusted-certificate';
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** Opens the report of the sample case. */
const open = async (options, hash = '') => visit(browser, address(await report(CASE)) + hash, options);

/** Asserts that a part is scrolled to. */
async function inWindow(page, query) {
  await page.waitForFunction(query => {
    const box = document.querySelector(query).getBoundingClientRect();
    return box.height > 0 && box.top > -2 && box.top < innerHeight;
  }, query);
}

describe('a page', () => {
  for (const javaScriptEnabled of [true, false]) {
    for (const colorScheme of ['light', 'dark']) {
      test(`is complete and asks for nothing: ${colorScheme}, script ${javaScriptEnabled}`, async () => {
        const server = await serve(await report(CASE));
        for (const url of [address(await report(CASE)), server.url]) {
          const { page, seen, close } = await visit(browser, url, { javaScriptEnabled, colorScheme });
          for (const section of sections) {
            assert.ok((await placeOf(page, `section#${section}`)).height > 20, section);
            assert.ok((await page.locator(`section#${section} h2`).first().innerText()).length > 4, section);
          }
          const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
          assert.equal(dark === 'rgb(255, 255, 255)', colorScheme === 'light', dark);
          assert.deepEqual(seen, { requests: [url], errors: [], dialogs: [] });
          await close();
        }
        assert.deepEqual(server.hits, ['/report.html']);
        await server.close();
      });
    }
  }

  test('shows cause, fix and evidence of each finding after the list', async () => {
    const { page, close } = await open();
    const parts = page.locator('section.finding');
    assert.equal(await parts.count(), await page.locator('#findings tbody tr').count());
    for (const part of await parts.all()) {
      for (const label of ['Cause', 'Fix']) {
        assert.ok(await part.locator('dt', { hasText: new RegExp(`^${label}$`) }).isVisible(), label);
      }
      assert.ok(await part.locator('figure.evidence .line.hit').first().isVisible());
    }
    const order = await page.evaluate(() => [...document.querySelectorAll('main > section')].map(one => one.className || one.id));
    assert.ok(order.indexOf('finding') === 1, order.join(' '));
    await close();
  });

  test('of every sample case is complete', async () => {
    for (const name of ['certificate-wrong-name', 'gadget-settings-wrong', 'set-up-well', 'tomcat-italian']) {
      const { page, seen, close } = await visit(browser, address(await report(name)));
      for (const section of sections.filter(one => !['time', 'events'].includes(one))) {
        assert.ok((await placeOf(page, `section#${section}`)).height > 20, `${name} ${section}`);
      }
      // a link in the navigation leads to a section that is there
      for (const link of await page.locator('nav a').all()) {
        assert.equal(await page.locator(`section${await link.getAttribute('href')}`).count(), 1, name);
      }
      assert.deepEqual([seen.requests.length, seen.errors], [1, []], name);
      await close();
    }
  });
});

test('the keyboard reaches everything', async () => {
  const { page, close } = await open();
  const focus = () => page.evaluate(() => {
    const at = document.activeElement;
    const box = at.getBoundingClientRect();
    const kind = at.closest('nav') ? 'nav' : at.closest('#findings') ? 'list' : '';
    return {
      what: `${kind} ${at.tagName.toLowerCase()}.${at.className}`.trim(),
      href: at.getAttribute('href'),
      isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
      hasOutline: getComputedStyle(at).outlineStyle !== 'none',
    };
  });
  const tab = async () => {
    await page.keyboard.press('Tab');
    const at = await focus();
    assert.ok(at.isSeen && at.hasOutline, JSON.stringify(at));
    return at;
  };
  const skip = await tab();
  assert.equal(skip.what, 'a.skip');
  const links = await page.locator('nav a').count();
  for (let number = 0; number < links; number += 1) assert.equal((await tab()).what, 'nav a.');
  assert.equal((await tab()).what, 'nav button.');
  assert.equal((await tab()).what, 'list div.scroll');
  const finding = await tab();
  assert.equal(finding.what, 'list a.');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => location.hash), finding.href);
  await inWindow(page, finding.href);
  // from there on to the first command and its button
  let reached = [];
  while (!reached.at(-1)?.startsWith('button.copy') && reached.length < 40) reached.push((await tab()).what);
  assert.deepEqual(reached.slice(-2), ['pre.command', 'button.copy']);
  // the skip link leads to the list
  await page.locator('a.skip').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => location.hash), '#findings');
  await inWindow(page, '#findings');
  // a folded part opens by the keyboard
  const summary = page.locator('#time summary').first();
  await summary.focus();
  await page.keyboard.press('Enter');
  assert.ok(await page.locator('#time details').first().evaluate(one => one.open));
  await close();
});

test('the filter shows the events that contain a text', async () => {
  const { page, close } = await open();
  const counts = () => page.evaluate(() => {
    const rows = [...document.querySelectorAll('ol.rows > li')];
    const shown = rows.filter(row => !row.hidden);
    return { all: rows.length, shown: shown.length, texts: shown.map(row => row.textContent.toLowerCase()),
      classes: shown.map(row => row.className), count: document.querySelector('form.filter output').value };
  });
  const start = await counts();
  assert.ok(start.shown === start.all && start.all > 20);
  await page.fill('#filter-text', 'Gadget');
  await page.waitForFunction(() => document.querySelector('form.filter output').value !== '');
  const some = await counts();
  assert.ok(some.shown > 0 && some.shown < start.all);
  assert.ok(some.texts.every(text => text.includes('gadget')));
  assert.equal(some.count, `${some.shown} of ${some.all} events`);
  await page.check('#filter-errors');
  const errors = await counts();
  assert.ok(errors.shown > 0 && errors.shown < some.shown);
  assert.ok(errors.classes.every(name => /error|warn/.test(name)));
  await page.uncheck('#filter-errors');
  await page.fill('#filter-text', '');
  await page.waitForFunction(all => [...document.querySelectorAll('ol.rows > li')].filter(row => !row.hidden).length === all, start.all);
  // Enter does not leave the page
  await page.press('#filter-text', 'Enter');
  assert.equal(await page.evaluate(() => location.search), '');
  await close();
});

test('one button opens and folds all', async () => {
  const { page, close } = await open();
  const open_parts = () => page.evaluate(() => [...document.querySelectorAll('details')].map(one => one.open));
  const button = page.locator('nav button');
  await button.click();
  assert.ok((await open_parts()).every(Boolean));
  assert.equal(await button.innerText(), 'Fold all');
  await button.click();
  assert.ok((await open_parts()).length > 5 && (await open_parts()).every(one => !one));
  await close();
});

describe('a deep link', () => {
  const queries = {
    'a finding': 'section.finding',
    evidence: 'section.finding figure.evidence',
    'evidence that is folded': '#unrecognized details figure.evidence',
    'a source': '#sources tbody tr:last-child',
    'a window of events': 'details.window',
    'an event': 'details.window ol.rows > li[id]:last-child',
    'a chart': '#chart-coverage',
  };
  for (const [name, query] of Object.entries(queries)) {
    test(`to ${name} opens what is folded`, async () => {
      const first = await open();
      const id = await first.page.locator(query).first().getAttribute('id');
      await first.close();
      const { page, close } = await open({}, `#${id}`);
      const folded = () => page.evaluate(id => {
        for (let at = document.getElementById(id); at; at = at.parentElement) if (at.tagName === 'DETAILS' && !at.open) return true;
        return false;
      }, id);
      assert.equal(await folded(), false);
      await inWindow(page, `[id="${id}"]`);
      // and again after everything was folded and the fragment changes
      await page.evaluate(() => { location.hash = '#made'; });
      await inWindow(page, '#made h2');
      await page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = false; }));
      await page.evaluate(id => { location.hash = id; }, id);
      await inWindow(page, `[id="${id}"]`);
      assert.equal(await folded(), false);
      await close();
    });
  }

  test('with an unknown or damaged fragment does nothing', async () => {
    for (const hash of ['#nothing', '#%E0%A4%A', '#%00', '#"><img>']) {
      const { seen, close } = await open({}, hash);
      assert.deepEqual(seen.errors, [], hash);
      await close();
    }
  });
});

test('printed, the page has the fix and what is folded', async () => {
  const { page, close } = await open();
  const fix = await page.locator('section.finding dt:text-is("Fix") + dd li p').first().innerText();
  const folded = await page.locator('figure.evidence details .line code').last().textContent();
  const file = join(folder, 'printed.pdf');
  await page.pdf({ path: file, format: 'A4' });
  const pages = readFileSync(file, 'latin1').match(/\/Type\s*\/Page\b/g).length;
  assert.ok(pages > 1, `${pages} pages`);
  let text;
  try {
    text = execFileSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (text !== undefined) {
    const plain = text => text.replace(/\s+/g, '');
    for (const part of [fix, folded]) assert.ok(plain(text).includes(plain(part)), part);
    assert.ok(!plain(text).includes('Expandall'));
  }
  await close();
});

test('without script everything is readable, and nothing is shown that needs one', async () => {
  const on = await open();
  const off = await open({ javaScriptEnabled: false });
  const words = page => page.evaluate(() => {
    const copy = document.body.cloneNode(true);
    copy.querySelectorAll('button, form, script').forEach(one => one.remove());
    return copy.textContent.replace(/\s+/g, ' ');
  });
  assert.equal(await words(off.page), await words(on.page));
  assert.equal(await off.page.locator('button, input, form').count(), 0);
  for (const part of ['#time details', '#events .logs', '#unrecognized details', '.quote details']) {
    const one = off.page.locator(part).first();
    assert.equal(await one.evaluate(part => part.open), false, part);
    await one.locator('summary').first().click();
    assert.equal(await one.evaluate(part => part.open), true, part);
  }
  await on.close();
  await off.close();
});

test('a server that allows neither script nor style leaves the page readable', async () => {
  // what a build server sends with files of a build unless it is configured
  const policy = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';";
  const server = await serve(await report(CASE), { 'Content-Security-Policy': policy });
  const plain = await open({ javaScriptEnabled: false });
  const expected = await plain.page.evaluate(() => document.body.textContent);
  for (const colorScheme of ['light', 'dark']) {
    const { page, seen, close } = await visit(browser, server.url, { colorScheme });
    assert.equal(await page.evaluate(() => document.body.textContent), expected);
    for (const section of sections) {
      assert.ok((await placeOf(page, `#${section}`)).height > 20, section);
    }
    assert.equal(await page.locator('button').count(), 0);
    // no style: marks of the legend stay small, texts of charts have the colour of the text
    assert.ok((await placeOf(page, 'svg.key')).height < 20);
    const [text, chart, page_color] = await page.evaluate(() => [
      getComputedStyle(document.body).color, getComputedStyle(document.querySelector('svg text')).fill,
      getComputedStyle(document.documentElement).backgroundColor]);
    assert.equal(chart, text);
    assert.notEqual(chart, page_color);
    assert.deepEqual([seen.requests, seen.dialogs], [[server.url], []]);
    await close();
  }
  await plain.close();
  await server.close();
});

test('a button copies the whole command', async () => {
  const server = await serve(await report(CASE));
  const { page, close } = await visit(browser, server.url);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
  const commands = await page.locator('pre.command').all();
  assert.ok(commands.length > 3);
  const buttons = await page.locator('button.copy').all();
  assert.equal(buttons.length, commands.length);
  for (const [at, button] of buttons.entries()) {
    await button.click();
    await page.waitForFunction(at => document.querySelectorAll('button.copy')[at].textContent === 'Copied', at);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await commands[at].textContent());
  }
  await close();
  await server.close();
});

test('a page of 20,000 events is small and opens', async context => {
  const logs = join(folder, 'large/PCCEADSA/icm/tomcat/logs');
  mkdirSync(logs, { recursive: true });
  const lines = [];
  for (let at = 0; at < 24_000; at += 1) {
    const second = 20 + Math.floor(at / 600);
    const time = `21-Nov-2026 12:11:${second}.${String(Math.floor(at % 600 / 600 * 1000)).padStart(3, '0')}`;
    const level = at % 50 ? 'INFO' : 'WARNING';
    lines.push(`${time} ${level} [Catalina-utility-${at % 4}] com.example.cache.InventoryCache.refresh ${at} entries in ${at % 97} ms`);
    if (at === 12_000) {
      lines.push(`${time} SEVERE [ajp-nio-127.0.0.1-8009-exec-1] com.example.Client.fetch not loaded`,
        '\tjavax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target');
    }
  }
  writeFileSync(join(logs, 'catalina.2026-11-21.log'), `${lines.join('\n')}\n`);
  const file = await analyze('large', folder, '--tz', 'UTC');
  const size = statSync(file).size;
  assert.ok(size < 5_000_000, `${size} bytes`);
  const start = performance.now();
  const { page, seen, close } = await visit(browser, address(file));
  const opened = performance.now();
  assert.equal(await page.locator('ol.rows > li').count(), 20_000);
  const filtered = performance.now();
  await page.fill('#filter-text', '17 entries');
  await page.waitForFunction(() => document.querySelector('form.filter output').value !== '');
  const seconds = (from, to) => ((to - from) / 1000).toFixed(2);
  context.diagnostic(`${size} bytes open in ${seconds(start, opened)} s, filter in ${seconds(filtered, performance.now())} s`);
  assert.deepEqual(seen.errors, []);
  await close();
});
