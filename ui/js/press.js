/** Keeps the page still under a finger: an element that is drawn anew between press and release never hears of the click. */

/** A press that nobody has seen end, as when a scroll bar was dragged, holds nothing up for longer, in milliseconds. */
const LONGEST = 2000;

/**
 * Has `draw` wait for the end of a press.
 * @param {() => void} draw
 * @returns {() => void} draws, now or once nothing is pressed
 */
export function steady(draw) {
  let since = 0;
  let waiting = false;
  const pressed = () => since > 0 && Date.now() - since < LONGEST;
  const press = () => { since = Date.now(); };
  const release = () => {
    since = 0;
    // The click follows the release.
    setTimeout(() => { if (waiting && !pressed()) drawNow(); });
  };
  function drawNow() {
    waiting = false;
    draw();
  }

  addEventListener('pointerdown', press, true);
  for (const end of ['pointerup', 'pointercancel', 'blur']) addEventListener(end, release, true);
  // Enter clicks at once, the space bar when it is let go.
  addEventListener('keydown', ({ key }) => { if (key === ' ') press(); }, true);
  addEventListener('keyup', ({ key }) => { if (key === ' ') release(); }, true);

  return () => {
    if (pressed()) waiting = true;
    else drawNow();
  };
}
