// The page for everyone: rules of WCAG 2.2 A and AA, small screens, forced colors.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createRequire } from 'node:module';
import { address, launch, report, sections, visit } from './support.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const CASES = ['untrusted-certificate', 'tomcat-italian', 'certificate-wrong-name', 'set-up-well'];
const small = { viewport: { width: 320, height: 640 } };
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const open_all = page => page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true; }));

describe('no rule is violated', () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, options] of [['wide', {}], ['320 pixels', small]]) {
      test(`${colorScheme}, ${size}`, async () => {
        for (const name of CASES) {
          // the policy of the page forbids the checker
          const { page, close } = await visit(browser, address(await report(name)), { ...options, colorScheme, bypassCSP: true });
          await page.addScriptTag({ path: axe });
          for (const state of ['as opened', 'all open']) {
            if (state === 'all open') await open_all(page);
            const found = await page.evaluate(values => axe.run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), RULES);
            const violations = found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => `${node.target} ${node.failureSummary}`).join('; ')}`);
            assert.deepEqual(violations, [], `${name}, ${state}`);
            assert.ok(found.passes.length > 10);
          }
          await close();
        }
      });
    }
  }
});

test('320 pixels are enough: only boxes scroll sideways', async () => {
  for (const name of CASES) {
    for (const state of ['as opened', 'all open']) {
      const { page, close } = await visit(browser, address(await report(name)), small);
      if (state === 'all open') await open_all(page);
      const { width, outside } = await page.evaluate(() => {
        const boxes = '.scroll, .quote';
        const outside = [...document.querySelectorAll('body *')].filter(one => {
          if (one.closest(boxes) || one.matches('a.skip')) return false;
          const box = one.getBoundingClientRect();
          return box.width > 0 && (box.right > 320.5 || box.left < 0);
        });
        return { width: document.scrollingElement.scrollWidth, outside: outside.slice(0, 5).map(one => one.outerHTML.slice(0, 120)) };
      });
      assert.ok(width <= 320, `${name}: ${width}`);
      assert.deepEqual(outside, [], name);
      await close();
    }
  }
});

test('the finding is in the list on a small screen without scrolling', async () => {
  const { page, close } = await visit(browser, address(await report('untrusted-certificate')), small);
  const box = await page.locator('#findings tbody a').first().boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 320, JSON.stringify(box));
  await close();
});

test('with forced colors nothing disappears', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const { page, seen, close } = await visit(browser, address(await report('untrusted-certificate')), { colorScheme, forcedColors: 'active' });
    assert.ok(await page.evaluate(() => matchMedia('(forced-colors: active)').matches));
    const invisible = await page.evaluate(() => {
      const back = getComputedStyle(document.body).backgroundColor;
      const drawn = [...document.querySelectorAll('svg rect, svg text, svg circle, svg line')].filter(one => {
        const style = getComputedStyle(one);
        return [style.fill, style.stroke].every(color => color === back || color === 'none');
      });
      const texts = [...document.querySelectorAll('body :is(p, a, td, th, dt, dd, h1, h2, code, summary, button, span)')]
        .filter(one => getComputedStyle(one).color === back);
      return [...drawn, ...texts].slice(0, 5).map(one => one.outerHTML.slice(0, 120));
    });
    assert.deepEqual(invisible, []);
    // the line that proves something is marked by more than its background
    const hit = await page.locator('.line.hit').first().evaluate(one => getComputedStyle(one).outlineStyle);
    assert.equal(hit, 'solid');
    for (const section of sections) assert.ok(await page.locator(`section#${section}`).isVisible(), section);
    assert.deepEqual(seen.errors, []);
    await close();
  }
});
