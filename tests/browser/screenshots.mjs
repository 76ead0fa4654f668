// Writes docs/images/report-*.png: `npm run screenshots`, after a change of how a report looks.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { address, launch, report, root, visit } from './support.mjs';

const images = join(root, 'docs/images');
const views = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  320: { colorScheme: 'light', viewport: { width: 320, height: 900 } },
};
mkdirSync(images, { recursive: true });
const url = address(await report('untrusted-certificate'));
const browser = await launch();
for (const [name, options] of Object.entries(views)) {
  const { page, close } = await visit(browser, url, options);
  const path = join(images, `report-${name}.png`);
  await page.screenshot({ path });
  console.log(`${path}: ${statSync(path).size} bytes`);
  await close();
}
await browser.close();
