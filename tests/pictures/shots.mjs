// What each picture shows: how wide the window is, which part is cut out, and what is marked in it.

/**
 * @typedef {'left' | 'right' | 'above'} Where
 * @typedef {{ around: string[], number: number, says: string, badge?: Where, grow?: number, wide?: number }} Mark
 *   `around` names what one ring holds, `grow` and `wide` how far from it the ring runs, and how much farther at the sides;
 *   `number` is that of the sentence of the guide's step which `says` to do this, in a rotation that of the action, and `badge` where it
 *   stands
 * @typedef {{ step: string, window: number, from: string, to: string[], above?: number, below?: number, marks: Mark[], veiled?: string[] }} Shot
 *   `from` and `to` are where the part that is cut out begins and ends (at the lowest of them); `veiled` are values that nobody needs to read
 * @typedef {keyof typeof SHOTS} Name
 */

/** Width of every picture in CSS pixels: what the narrow window has room for, so that there it is shown pixel for pixel. */
export const WIDTH = 448;
/** Beside Setup's navigation the page itself is as wide as a picture. */
const BESIDE_NAVIGATION = WIDTH + 256;

/** @satisfies {Record<string, Shot>} */
export const SHOTS = {
  open: {
    step: 'open',
    window: WIDTH,
    from: '.global',
    to: ['.actions .brand', '#tree a[href*=ManageExternalClientApplication]'],
    below: 8,
    marks: [
      { around: ['#gear > summary'], number: 1, says: 'click the gear icon', badge: 'left', grow: 3 },
      { around: ['#quick-find'], number: 2, says: 'Quick Find', badge: 'right' },
      { around: ['#tree a[href*=ManageExternalClientApplication]'], number: 2, says: 'select External Client App Manager', badge: 'right', grow: -2 },
      { around: ['.actions .brand'], number: 3, says: 'Click New External Client App', badge: 'right' },
    ],
  },
  'app-manager': {
    step: 'open',
    window: WIDTH,
    from: '.side',
    to: ['.actions .brand', '#tree a[href*=NavigationMenus]'],
    below: 24,
    marks: [
      { around: ['#quick-find'], number: 2, says: 'Quick Find', badge: 'right' },
      { around: ['#tree a[href*=NavigationMenus]'], number: 2, says: 'select', badge: 'right', grow: -2 },
      { around: ['.actions .brand'], number: 3, says: 'Click New External Client App', badge: 'right' },
    ],
  },
  details: {
    step: 'details',
    window: BESIDE_NAVIGATION,
    from: '#basic-information > summary',
    to: ['#description'],
    above: 14,
    below: 20,
    marks: [
      { around: ['[for=label]', '#label'], number: 1, says: 'Complete the form fields' },
      { around: ['[for=apiName]', '#apiName'], number: 1, says: 'Complete the form fields' },
      { around: ['[for=contactEmail]', '#contactEmail'], number: 2, says: 'Contact Email' },
      { around: ['[for=distributionState]', '#distributionState'], number: 1, says: 'Complete the form fields' },
      { around: ['[for=description]', '#description'], number: 1, says: 'Complete the form fields' },
    ],
  },
  oauth: {
    step: 'oauth',
    window: BESIDE_NAVIGATION,
    from: '#api > summary',
    to: ['#callbackUrl-help'],
    above: 14,
    below: 12,
    marks: [
      { around: ['#api > summary'], number: 1, says: 'Expand API (Enable OAuth Settings)' },
      { around: ['#isOauthEnabled', '[for=isOauthEnabled]'], number: 1, says: 'check Enable OAuth', badge: 'right', wide: 4 },
      { around: ['[for=callbackUrl]', '#callbackUrl'], number: 2, says: 'Callback URL', grow: 3 },
    ],
  },
  scopes: {
    step: 'oauth',
    window: BESIDE_NAVIGATION,
    from: '.scopes',
    to: ['.scopes .lists'],
    above: 12,
    below: 10,
    marks: [
      { around: ['button[value=add]'], number: 3, says: 'use the arrows', badge: 'above', grow: 2 },
      { around: ['[for=selected]', '#selected'], number: 3, says: 'the selected list', badge: 'right', grow: 4 },
    ],
  },
  security: {
    step: 'security',
    window: BESIDE_NAVIGATION,
    from: '.group:has(#isPkceRequired) h3',
    to: ['#save'],
    above: 14,
    below: 24,
    marks: [
      { around: ['#isSecretRequiredForWebServer', '[for=isSecretRequiredForWebServer]', '#isSecretRequiredForRefreshToken', '[for=isSecretRequiredForRefreshToken]'], number: 1, says: 'both boxes', badge: 'right', grow: 4, wide: 4 },
      { around: ['#save'], number: 2, says: 'click Create', badge: 'right' },
    ],
  },
  lock: {
    step: 'security',
    window: BESIDE_NAVIGATION,
    from: '.title',
    to: ['#lock'],
    above: 12,
    below: 14,
    marks: [{ around: ['#confirm-lock'], number: 3, says: 'confirm it', badge: 'right' }],
  },
  'settings-tab': {
    step: 'copy',
    window: BESIDE_NAVIGATION,
    from: '.title',
    to: ['#callbacks'],
    above: 12,
    below: 14,
    marks: [
      { around: ['#tab-settings'], number: 1, says: 'Settings tab', badge: 'right' },
      { around: ['#oauth-settings > summary'], number: 2, says: 'OAuth Settings', badge: 'right' },
      { around: ['#consumer'], number: 3, says: 'Consumer Key and Secret', badge: 'right' },
    ],
  },
  verify: {
    step: 'copy',
    window: WIDTH,
    from: '.sheet',
    to: ['#resend'],
    above: 20,
    below: 22,
    marks: [{ around: ['[for=emc]', '#emc'], number: 4, says: 'access code', badge: 'right' }, { around: ['#save'], number: 4, says: 'click Verify', badge: 'left' }],
  },
  'consumer-details': {
    step: 'copy',
    window: BESIDE_NAVIGATION,
    from: '.title',
    to: ['.card.pad'],
    above: 12,
    below: 14,
    marks: [{ around: ['[data-copies=consumer-key]'], number: 5, says: 'the copy button beside each', badge: 'above' }, { around: ['[data-copies=consumer-secret]'], number: 5, says: 'the copy button beside each', badge: 'above' }],
    veiled: ['#consumer-key', '#consumer-secret'],
  },
  'rotate-stage': {
    step: 'rotation/stage',
    window: BESIDE_NAVIGATION,
    from: 'form.card.pad',
    to: ['#stage'],
    above: 12,
    below: 24,
    marks: [{ around: ['#stage'], number: 1, says: 'Stage a new key and secret', badge: 'right' }],
  },
  'rotate-copy': {
    step: 'rotation/paste',
    window: BESIDE_NAVIGATION,
    from: 'form.card.pad',
    to: ['#rotate'],
    above: 12,
    below: 24,
    marks: [{ around: ['[data-copies=staged-key]'], number: 1, says: 'Copy the staged Consumer Key', badge: 'above' }, { around: ['[data-copies=staged-secret]'], number: 2, says: 'the staged Consumer Secret', badge: 'above' }],
    veiled: ['#staged-key', '#staged-secret'],
  },
  'rotate-now': {
    step: 'rotation/rotate',
    window: BESIDE_NAVIGATION,
    from: 'form.card.pad',
    to: ['#rotate'],
    above: 12,
    below: 24,
    marks: [{ around: ['#rotate'], number: 1, says: 'Rotate on the same page', badge: 'left' }],
    veiled: ['#staged-key', '#staged-secret'],
  },
  'rotate-former': {
    step: 'rotation/former_works',
    window: BESIDE_NAVIGATION,
    from: 'form.card.pad',
    to: ['#delete-rotated'],
    above: 12,
    below: 24,
    marks: [{ around: ['#delete-rotated'], number: 1, says: 'delete it in Setup', badge: 'right' }],
  },
  'sign-in': {
    step: 'sign_in',
    window: WIDTH,
    from: '.sheet',
    to: ['#Login'],
    above: 20,
    below: 24,
    marks: [{ around: ['[for=username]', '#username'], number: 3, says: 'Sign in as that user', badge: 'right' }, { around: ['#Login'], number: 3, says: 'Sign in', badge: 'right' }],
  },
  allow: {
    step: 'sign_in',
    window: WIDTH,
    from: '.sheet',
    to: ['#oaapprove'],
    above: 20,
    below: 16,
    marks: [{ around: ['.asks'], number: 3, says: 'Allow', badge: 'right' }, { around: ['#oaapprove'], number: 3, says: 'press Allow', badge: 'right' }],
  },
};
