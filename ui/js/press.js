/** Delays redrawing during a press: an element replaced between press and release gets no click. */

/** How long a press without a release, as on a scroll bar, delays the drawing, in milliseconds. */
const LONGEST = 2000;

/**
 * Makes `draw` wait for the end of a press.
 * @param {() => void} draw
 * @returns {() => void} draws now, or once the press has ended
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
  // Enter clicks when pressed, the space bar when released.
  addEventListener('keydown', ({ key }) => { if (key === ' ') press(); }, true);
  addEventListener('keyup', ({ key }) => { if (key === ' ') release(); }, true);

  return () => {
    if (pressed()) waiting = true;
    else drawNow();
  };
}
