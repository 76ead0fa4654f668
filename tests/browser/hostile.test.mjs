// Logs of an attacker: tags, attributes, links and control characters in names and messages stay text.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { address, analyze, folder, launch, visit } from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const ATTACKS = [
  '<img src=x onerror=alert(1)>', '<script>alert(2)</script>', '</code></pre></style><script>alert(3)</script>',
  '"><svg onload=alert(4)>', "' onmouseover='alert(5)' x='", '" autofocus onfocus="alert(6)', '<a href="javascript:alert(7)">x</a>',
  'javascript:alert(8)//', '<!-- <base href=http://evil.invalid/> -->', ']]><iframe srcdoc="<script>parent.alert(9)</script>">',
  '&lt;b&gt;&#60;script&#62;&quot;', '\u202egnp.exe\u2066\u200f', '\u0000\u0001\u001b[31m\u0007', '\u2028\u2029\ufeff', '{{7*7}}${7*7}',
  '<link rel=stylesheet href=//evil.invalid/x.css>', '<meta http-equiv=refresh content=0;url=//evil.invalid>', '<form action=//evil.invalid><button>',
];

/**
 * The same shape without what could mean something: letters instead of marks, each of the same length. A NUL stays: a file
 * with one has a warning of its own.
 */
const harmless = text => text.replace(/[<>"'&:;/\\=()[\]{}$!#*.,\u0001-\u001f-]/g, 'x').replace(/[\u2000-\u20ff\ufeff]/g, '\u20ac');

/** Names of files cannot have these. */
const as_name = text => text.replace(/[/\u0000]/g, '_');

/**
 * A folder of logs with a finding, warnings, errors and unreadable parts that contain each text; so do the names of
 * servers, if wanted.
 */
function write(name, change, has_servers) {
  ATTACKS.forEach((attack, at) => {
    const text = change(attack);
    const named = as_name(change(as_name(attack)));
    const logs = join(folder, name, `HOST${at}${has_servers ? named : ''}`, `icm/tomcat/logs${named}`);
    mkdirSync(logs, { recursive: true });
    const lines = [];
    const line = (second, level, message) => lines.push(`21-Nov-2026 12:${String(at).padStart(2, '0')}:${second} ${level} [exec-${at}] com.example.Part${at}.run ${message}`);
    line('01.000', 'INFO', `started ${text}`);
    line('02.000', 'WARNING', `Slow answer ${text}`);
    line('03.000', 'SEVERE', `Broken part ${text}`);
    line('04.000', 'SEVERE', `The page was not loaded from https://web.example.com/${text}`);
    lines.push(`\tjavax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target ${text}`,
      `\t\tat com.example.Client.fetch(Client.java:12) ${text}`);
    if (has_servers) line('05.000', 'SEVERE', `java.net.UnknownHostException: ${text}`);
    writeFileSync(join(logs, 'catalina.2026-11-21.log'), `${lines.join('\n')}\n`);
    writeFileSync(join(logs, `x${named}.txt`), `no log ${text}\n`);
    writeFileSync(join(logs, `y${named}.zip`), `PK\u0003\u0004${text}`);
  });
}

/** The number of elements of each kind, with the names of their attributes. */
const elements = page => page.evaluate(() => {
  const counts = {};
  for (const one of document.querySelectorAll('*')) {
    const name = [one.localName, ...one.getAttributeNames()].join(' ');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
});

/** Opens the report of a folder, does all that a reader can do, and returns its elements and its text. */
async function read(name) {
  const url = address(await analyze(name, folder, '--tz', 'UTC'));
  const { page, seen, close } = await visit(browser, url);
  const counts = await elements(page);
  await page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true; }));
  await page.fill('#filter-text', '<script>');
  for (const button of (await page.locator('button.copy').all()).slice(0, 5)) await button.click();
  // everything that an attribute could wait for
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('body *')) {
      for (const kind of ['mouseover', 'focus', 'error', 'load', 'click']) {
        if (kind !== 'click' || !one.closest('a')) one.dispatchEvent(new Event(kind));
      }
    }
  });
  assert.deepEqual(seen, { requests: [url], errors: [], dialogs: [] }, name);
  const links = await page.evaluate(() => [...document.querySelectorAll('[href]')].map(one => one.getAttribute('href')));
  assert.deepEqual(links.filter(link => !/^(#[\w-]+|https:\/\/[\w./()-]+(#[\w-]*)?)$/.test(link)), [], name);
  const text = await page.evaluate(() => document.body.textContent);
  const unsafe = text.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
  assert.equal(unsafe && escape(unsafe[0]), null, name);
  await close();
  return { counts, text };
}

for (const has_servers of [false, true]) {
  test(`texts of an attacker stay texts, ${has_servers ? 'also in names of servers' : 'in messages and paths'}`, async () => {
    write(`hostile${has_servers}`, text => text, has_servers);
    write(`regular${has_servers}`, harmless, has_servers);
    const [hostile, regular] = [await read(`hostile${has_servers}`), await read(`regular${has_servers}`)];
    assert.ok(hostile.text.includes('<script>alert(2)</script>') && hostile.text.includes('onerror=alert(1)'));
    assert.ok(hostile.counts['ol class'] > 0 && hostile.counts.script === 1);
    if (has_servers) {
      // what is no name of a server is no finding, so there are fewer elements, but none of another kind
      assert.deepEqual(Object.keys(hostile.counts).filter(kind => !(kind in regular.counts)), []);
    } else {
      assert.deepEqual(hostile.counts, regular.counts);
    }
  });
}
