/** Exact arithmetic on decimals as text: a measured value is never run through binary fractions. */

/** A plain decimal: sign, digits, digits after the point. */
const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Moves the decimal point of `text` to the right: (`0.975`, 2) gives `97.5`. Undefined if it has an exponent. */
export function shiftDecimal(text: string, places: number): string | undefined {
  const [, sign = '', whole, fraction = ''] = PLAIN.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = whole + fraction.padEnd(places, '0');
  const rest = fraction.slice(places);
  return point(sign, digits.slice(0, digits.length - rest.length), rest);
}

/** Multiplies by a whole number: (`5.75`, 12) gives `69.00`. Undefined if it has an exponent. */
export function multiplyDecimal(text: string, factor: number): string | undefined {
  const [, sign = '', whole, fraction = ''] = PLAIN.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = String(BigInt(whole + fraction) * BigInt(factor)).padStart(fraction.length + 1, '0');
  const cut = digits.length - fraction.length;
  return point(sign, digits.slice(0, cut), digits.slice(cut));
}

const point = (sign: string, whole: string, fraction: string): string =>
  `${sign}${whole.replace(/^0+(?=\d)/, '')}${fraction === '' ? '' : `.${fraction}`}`;
