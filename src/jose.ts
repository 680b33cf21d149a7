/** Signatures and keys (JOSE): the one place that knows `jose`. Node and browsers alike. */
export { compactVerify, decodeProtectedHeader, importJWK, type JWK, SignJWT } from 'jose';
