/**
 * A sealed answer that is pasted or dropped into a field: noticed before it stands there, and handed on whole.
 */

/** How an answer begins, with whatever a mail or a chat has put between its letters. */
const BEGIN = new RegExp([...'DTXANSWER1'].join('[^0-9A-Za-z]*'), 'i');

/** @param {string} text */
export function isAnswer(text) {
  return BEGIN.test(text);
}

/**
 * Calls `answered` with the answer that is pasted or dropped into this field, in place of putting it there.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {(text: string) => void} answered
 */
export function listenForAnswers(field, answered) {
  /** @param {Event} event @param {DataTransfer | null} data */
  function take(event, data) {
    const text = data?.getData('text/plain') ?? '';
    if (isAnswer(text)) {
      event.preventDefault();
      answered(text);
      return;
    }
    const file = event.type === 'drop' ? data?.files[0] : null;
    if (file) void textOf(file).then((found) => { if (isAnswer(found)) answered(found); });
  }
  field.addEventListener('paste', (event) => take(event, /** @type {ClipboardEvent} */ (event).clipboardData));
  field.addEventListener('drop', (event) => take(event, /** @type {DragEvent} */ (event).dataTransfer));
}

/** As much of a file as an answer can be. @param {File} file */
export function textOf(file) {
  return file.slice(0, 64 * 1024).text();
}
