(() => {
'use strict';
const all = (query, root = document) => [...root.querySelectorAll(query)];
const make = (name, properties) => Object.assign(document.createElement(name), properties);
const open = target => {
  for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
};
const follow = () => {
  let target = null;
  try {
    target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch { /* a damaged fragment is the fragment of nothing */ }
  if (target) { open(target); target.scrollIntoView(); }
};
addEventListener('hashchange', follow);
follow();
addEventListener('beforeprint', () => all('details').forEach(one => { one.open = true; }));

for (const block of all('pre.command')) {
  const button = make('button', { type: 'button', className: 'copy', textContent: 'Copy' });
  button.setAttribute('aria-label', 'Copy the command');
  button.addEventListener('click', async () => {
    let done = true;
    try {
      await navigator.clipboard.writeText(block.textContent);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(block);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      done = document.execCommand('copy');
    }
    button.textContent = done ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
  const box = make('div', { className: 'copying' });
  block.replaceWith(box);
  box.append(block, button);
}

const nav = document.querySelector('nav ul');
if (nav) {
  const item = make('li', {});
  const button = make('button', { type: 'button', textContent: 'Expand all' });
  button.addEventListener('click', () => {
    const expand = button.textContent === 'Expand all';
    all('details').forEach(one => { one.open = expand; });
    button.textContent = expand ? 'Fold all' : 'Expand all';
  });
  item.append(button);
  nav.append(item);
}

const rows = all('ol.rows > li');
const events = document.getElementById('events');
if (rows.length && events) {
  const form = make('form', { className: 'filter' });
  form.addEventListener('submit', event => event.preventDefault());
  const text = make('input', { type: 'search', id: 'filter-text' });
  const errors = make('input', { type: 'checkbox', id: 'filter-errors' });
  const count = make('output', {});
  form.append(
    make('label', { htmlFor: 'filter-text', textContent: 'Show events that contain ' }), text, ' ', errors,
    make('label', { htmlFor: 'filter-errors', textContent: ' errors and warnings only ' }), count);
  const texts = rows.map(row => row.textContent.toLowerCase());
  let timer = 0;
  const apply = () => {
    const wanted = text.value.toLowerCase();
    let shown = 0;
    rows.forEach((row, at) => {
      const hide = !texts[at].includes(wanted) || errors.checked && !row.className;
      row.hidden = hide;
      if (!hide) shown += 1;
    });
    count.value = `${shown} of ${rows.length} events`;
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(apply, 120); };
  text.addEventListener('input', later);
  errors.addEventListener('change', apply);
  events.querySelector('h2').after(form);
}
})();
