// Made by ./dev pictures.

/**
 * How large each picture is, in CSS pixels: its place is kept before it is there.
 * @type {Readonly<Record<string, { width: number, height: number }>>}
 */
export const SIZES = Object.freeze({
  'allow': { width: 448, height: 329 },
  'app-manager': { width: 448, height: 285 },
  'consumer-details': { width: 448, height: 406 },
  'details': { width: 448, height: 480 },
  'lock': { width: 448, height: 230 },
  'oauth': { width: 448, height: 340 },
  'open': { width: 448, height: 333 },
  'rotate-copy': { width: 448, height: 302 },
  'rotate-former': { width: 448, height: 269 },
  'rotate-now': { width: 448, height: 302 },
  'rotate-stage': { width: 448, height: 172 },
  'scopes': { width: 448, height: 249 },
  'security': { width: 448, height: 317 },
  'settings-tab': { width: 448, height: 471 },
  'sign-in': { width: 448, height: 303 },
  'verify': { width: 448, height: 360 },
});
