// The fields at the end of the page. What is entered leaves them sealed, and this page has no way to anywhere.
{
  /** @param {string} id */
  const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  /** @param {string} id */
  const field = (id) => /** @type {HTMLInputElement} */ (part(id));
  const request = /** @type {OfRequest} */ (JSON.parse(part('request').textContent ?? ''));
  const [key, secret, sealed] = [field('key'), field('secret'), field('sealed')];
  /** @typedef {['key' | 'secret', string]} Remark a field, and what is said of it */
  /** What may be another than it looks, once it was told: pressed again, it is sealed. */
  let doubted = '';
  let busy = false;
  let saved = '';

  const isOver = () => Date.now() > request.expires * 1000;

  /** A value without what a copy brings along: white space, and the characters that the core takes for invisible too. @param {string} value */
  const clean = (value) => value.replace(/[\s\u{ad}\u{34f}\u{61c}\u{115f}-\u{1160}\u{180e}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{3164}\u{feff}\u{ffa0}\u{fff9}-\u{fffb}\u{e0000}-\u{e007f}]+/gu, '');

  /** What cannot be a pair. @param {string} key @param {string} secret @returns {Remark | null} */
  function wrong(key, secret) {
    const isMasked = (/** @type {string} */ value) => /^[•●∙·⬤*]+$/.test(value);
    const masked = 'These are the dots that stand in place of the value. Copy the value itself, with the copy button beside it.';
    const long = 'This is longer than any value. Copy the value alone, with the copy button beside it.';
    if (key === '') return ['key', 'The Consumer Key is missing.'];
    if (secret === '') return ['secret', 'The Consumer Secret is missing.'];
    if (key === secret) return ['secret', 'Both fields hold the same text.'];
    if (secret.startsWith('3MVG') && !key.startsWith('3MVG')) return ['key', 'The two look exchanged: the Consumer Key is the one that begins with 3MVG.'];
    if (isMasked(key)) return ['key', masked];
    if (isMasked(secret)) return ['secret', masked];
    if (key.length > 1000) return ['key', long];
    return secret.length > 1000 ? ['secret', long] : null;
  }

  /** What Salesforce has made neither of, as it seems. A key and a secret of one's own choosing may have any form. @param {string} key @param {string} secret @returns {Remark | null} */
  function doubt(key, secret) {
    const ask = 'Compare it with Setup. If it is right, press Seal both values once more.';
    if (!/^3MVG[\w.]{81}$/.test(key)) return ['key', `A Consumer Key mostly begins with 3MVG and has 85 characters; this one has ${key.length}. ${ask}`];
    if (!/^([\w.+/=]{64}|\d{16,19})$/.test(secret)) return ['secret', `A Consumer Secret mostly has 64 characters; this one has ${secret.length}. ${ask}`];
    return null;
  }

  /** @param {Remark | null} remark */
  function tell(remark) {
    for (const each of [key, secret]) each.removeAttribute('aria-invalid');
    part('wrong').textContent = remark?.[1] ?? '';
    if (remark === null) return;
    field(remark[0]).setAttribute('aria-invalid', 'true');
    field(remark[0]).focus();
  }

  function end() {
    [key.value, secret.value] = ['', ''];
    part('fields').hidden = true;
    part('over').hidden = false;
  }

  async function sealBoth() {
    if (busy) return;
    if (isOver()) {
      end();
      return;
    }
    const [keyAlone, secretAlone] = [clean(key.value), clean(secret.value)];
    const both = `${keyAlone}\n${secretAlone}`;
    const found = wrong(keyAlone, secretAlone) ?? (doubted === both ? null : doubt(keyAlone, secretAlone));
    tell(found);
    doubted = found === null ? '' : both;
    if (found !== null) return;
    busy = true;
    try {
      // As they were pasted: what surrounds a value is known best where it is opened.
      sealed.value = await answer(request, key.value.trim(), secret.value.trim());
    } catch {
      tell(['key', 'This browser could not seal the two values, so nothing was made of them. Open the file in a current Chrome, Edge, Firefox or Safari.']);
      return;
    } finally {
      busy = false;
    }
    // The page keeps neither of them.
    [key.value, secret.value] = ['', ''];
    show(false);
    part('fields').hidden = true;
    part('done').hidden = false;
    part('done-title').focus();
  }

  /** Whether the secret can be read while it is entered. @param {boolean} shown */
  function show(shown) {
    secret.type = shown ? 'text' : 'password';
    part('show').setAttribute('aria-pressed', String(shown));
  }

  /** @param {HTMLInputElement | HTMLTextAreaElement} from @param {HTMLElement} said */
  async function copy(from, said) {
    const copied = await navigator.clipboard?.writeText(from.value).then(() => true, () => false);
    if (!copied) {
      from.focus();
      from.select();
    }
    said.textContent = copied ? 'Copied.' : 'Selected. Press Ctrl+C, or ⌘C on a Mac, to copy it.';
  }

  function save() {
    const link = document.createElement('a');
    URL.revokeObjectURL(saved);
    // It is there until the next one: a browser may fetch it only after this.
    saved = URL.createObjectURL(new Blob([sealed.value], { type: 'text/plain' }));
    link.download = `sealed-answer-${request.number}.txt`;
    link.href = saved;
    link.click();
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
    const [value, said] = [button.parentElement?.querySelector('textarea'), button.parentElement?.querySelector('[role="status"]')];
    button.addEventListener('click', () => void copy(/** @type {HTMLTextAreaElement} */ (value), /** @type {HTMLElement} */ (said)));
  }
  part('here').textContent = ` (${new Date(request.expires * 1000).toLocaleString()} where you are)`;

  const canSeal = globalThis.isSecureContext && typeof globalThis.crypto?.subtle?.deriveBits === 'function';
  if (isOver()) {
    part('unable').hidden = true;
    end();
  } else if (canSeal) {
    part('unable').hidden = true;
    part('fields').hidden = false;
    part('seal').addEventListener('click', () => void sealBoth());
    part('copy').addEventListener('click', () => void copy(sealed, part('said')));
    part('show').addEventListener('click', () => show(secret.type === 'password'));
    part('save').addEventListener('click', save);
    part('again').addEventListener('click', again);
    for (const each of [key, secret]) {
      each.addEventListener('keydown', (event) => { if (event.key === 'Enter') void sealBoth(); });
    }
  }
}
