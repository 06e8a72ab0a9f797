/**
 * A sealed answer that is pasted or dropped into a field: noticed before it stands there, and handed on whole.
 */

import { answerBegins } from './words/names.js';

/** How an answer begins, with whatever a mail or a chat has put between its letters. */
const BEGIN = new RegExp([...answerBegins].join('[^0-9A-Za-z]*'), 'i');

/** @param {string} text */
export function isAnswer(text) {
  return BEGIN.test(text);
}

/**
 * Calls `answered` with the answer that is pasted or dropped into this field, in place of putting it there. A file that is
 * dropped is always read: no browser shows it in place of this page, and that there is no answer in it is told.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {(text: string) => void} answered
 */
export function listenForAnswers(field, answered) {
  /** @param {Event} event @param {DataTransfer | null} data */
  function take(event, data) {
    const file = event.type === 'drop' ? data?.files[0] : null;
    const text = data?.getData('text/plain') ?? '';
    if (!file && !isAnswer(text)) return;
    event.preventDefault();
    if (file) void textOf(file).then(answered);
    else answered(text);
  }
  field.addEventListener('paste', (event) => take(event, /** @type {ClipboardEvent} */ (event).clipboardData));
  field.addEventListener('drop', (event) => take(event, /** @type {DragEvent} */ (event).dataTransfer));
  // Without this a browser takes no file from outside.
  field.addEventListener('dragover', (event) => { if (/** @type {DragEvent} */ (event).dataTransfer?.types.includes('Files')) event.preventDefault(); });
}

/** As much of a file as is looked through for an answer; nothing, where it cannot be read. @param {File} file */
export function textOf(file) {
  return file.slice(0, 1024 * 1024).text().catch(() => '');
}
