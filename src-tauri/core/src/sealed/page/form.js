// The fields at the end of the page. What is entered leaves them sealed, and this page has no way to anywhere.
{
  /** @param {string} id */
  const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  /** @param {string} id */
  const field = (id) => /** @type {HTMLInputElement} */ (part(id));
  const request = /** @type {OfRequest} */ (JSON.parse(part('request').textContent ?? ''));
  const [key, secret, sealed] = [field('key'), field('secret'), field('sealed')];

  /** A value without what a copy brings along. @param {string} value */
  const clean = (value) => value.replace(/[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+/g, '');

  /** What is wrong with the two values, or nothing. @param {string} key @param {string} secret */
  function wrong(key, secret) {
    if (key === '') return ['key', 'The Consumer Key is missing.'];
    if (secret === '') return ['secret', 'The Consumer Secret is missing.'];
    if (key === secret) return ['secret', 'Both fields hold the same text.'];
    if (secret.startsWith('3MVG') && !key.startsWith('3MVG')) return ['key', 'The two look exchanged: the Consumer Key is the one that begins with 3MVG.'];
    return null;
  }

  async function sealBoth() {
    const values = [clean(key.value), clean(secret.value)];
    const found = wrong(values[0] ?? '', values[1] ?? '');
    for (const each of [key, secret]) each.removeAttribute('aria-invalid');
    part('wrong').textContent = found === null ? '' : found[1] ?? '';
    if (found !== null) {
      const at = field(found[0] ?? 'key');
      at.setAttribute('aria-invalid', 'true');
      at.focus();
      return;
    }
    sealed.value = await answer(request, values[0] ?? '', values[1] ?? '');
    // The page keeps neither of them.
    [key.value, secret.value] = ['', ''];
    part('fields').hidden = true;
    part('done').hidden = false;
    part('done-title').focus();
  }

  async function copy() {
    sealed.select();
    const copied = await navigator.clipboard?.writeText(sealed.value).then(() => true, () => false);
    part('said').textContent = copied ? 'Copied.' : 'Selected. Press Ctrl+C, or ⌘C on a Mac, to copy it.';
  }

  function save() {
    const link = document.createElement('a');
    link.download = `sealed-answer-${request.number}.txt`;
    link.href = URL.createObjectURL(new Blob([sealed.value], { type: 'text/plain' }));
    link.click();
    URL.revokeObjectURL(link.href);
    part('said').textContent = `Saved as ${link.download}, where your browser keeps downloads.`;
  }

  function again() {
    sealed.value = '';
    part('said').textContent = '';
    part('done').hidden = true;
    part('fields').hidden = false;
    key.focus();
  }

  for (const button of document.querySelectorAll('button[data-copies]')) {
    button.addEventListener('click', async () => {
      const value = /** @type {HTMLTextAreaElement} */ (button.parentElement?.querySelector('textarea'));
      value.select();
      const copied = await navigator.clipboard?.writeText(value.value).then(() => true, () => false);
      button.textContent = copied ? 'Copied' : 'Selected: press Ctrl+C';
    });
  }

  const canSeal = globalThis.isSecureContext && typeof globalThis.crypto?.subtle?.deriveBits === 'function';
  if (Date.now() > request.expires * 1000) {
    part('unable').hidden = true;
    part('over').hidden = false;
  } else if (canSeal) {
    part('unable').hidden = true;
    part('fields').hidden = false;
    part('seal').addEventListener('click', () => void sealBoth());
    part('copy').addEventListener('click', () => void copy());
    part('save').addEventListener('click', save);
    part('again').addEventListener('click', again);
    for (const each of [key, secret]) {
      each.addEventListener('keydown', (event) => { if (event.key === 'Enter') void sealBoth(); });
    }
  }
}
