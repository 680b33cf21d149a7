/** Units as people write them. */

/** UCUM codes whose print symbol differs (UCUM, table 6 and following). */
const SYMBOLS: readonly (readonly [code: RegExp, symbol: string])[] = [
  [/mm\[Hg\]/g, 'mmHg'],
  [/cm\[H2O\]/g, 'cmH₂O'],
  [/\[degF\]/g, '°F'],
  [/\bCel\b/g, '°C'],
  [/\[lb_av\]/g, 'lb'],
  [/\[oz_av\]/g, 'oz'],
  [/\[in_i\]/g, 'in'],
  [/\[ft_i\]/g, 'ft'],
  [/\[iU\]|\[IU\]/g, 'IU'],
  [/10\*3\b/g, '10³'],
  [/10\*6\b/g, '10⁶'],
  [/10\*9\b/g, '10⁹'],
  [/10\*12\b/g, '10¹²'],
  [/\bu(?=[LgmM](ol)?\b)/g, 'µ'],
  [/\/m2\b/g, '/m²'],
  [/\{([^{}]*)\}/g, '$1'],
];
const CODED = /[[{*]|\bCel\b|\bu[LgmM]|\/m2\b/;

/** A value or unit with the symbols of its units; everything else as it is. */
export const sayUnits = (text: string): string =>
  CODED.test(text) ? SYMBOLS.reduce((said, [code, symbol]) => said.replace(code, symbol), text) : text;
