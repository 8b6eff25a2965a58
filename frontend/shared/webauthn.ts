/**
 * Passkeys between the server's JSON and the browser's buffers.
 *
 * Written out, because `parseCreationOptionsFromJSON` and `toJSON` are younger than browsers we promise.
 */
export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'))
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

export function base64urlOf(bytes: ArrayBuffer | Uint8Array): string {
  const text = Array.from(new Uint8Array(bytes as ArrayBuffer), (byte) => String.fromCharCode(byte)).join('')
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

type Json = Record<string, unknown>
const listed = (found: unknown) =>
  ((found as Json[] | undefined) ?? []).map((one) => ({ ...one, id: bytesOf(String(one['id'])) }) as unknown as PublicKeyCredentialDescriptor)

export function creationOf(options: Json): PublicKeyCredentialCreationOptions {
  const user = options['user'] as Json
  return {
    ...options,
    challenge: bytesOf(String(options['challenge'])),
    user: { ...user, id: bytesOf(String(user['id'])) },
    excludeCredentials: listed(options['excludeCredentials']),
  } as unknown as PublicKeyCredentialCreationOptions
}

export function requestOf(options: Json): PublicKeyCredentialRequestOptions {
  return {
    ...options,
    challenge: bytesOf(String(options['challenge'])),
    allowCredentials: listed(options['allowCredentials']),
  } as unknown as PublicKeyCredentialRequestOptions
}

/** What the browser answered, as the server reads it; only what it needs. */
export function jsonOf(credential: PublicKeyCredential): Json {
  const answer = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse
  const response: Json = { clientDataJSON: base64urlOf(answer.clientDataJSON) }
  if (answer.attestationObject) response['attestationObject'] = base64urlOf(answer.attestationObject)
  if (answer.authenticatorData) response['authenticatorData'] = base64urlOf(answer.authenticatorData)
  if (answer.signature) response['signature'] = base64urlOf(answer.signature)
  if (answer.userHandle) response['userHandle'] = base64urlOf(answer.userHandle)
  return { id: credential.id, rawId: base64urlOf(credential.rawId), type: credential.type, response, clientExtensionResults: {} }
}

export const canPasskeys = () => typeof PublicKeyCredential === 'function' && 'credentials' in navigator

export async function makePasskey(options: Json): Promise<Json> {
  return jsonOf((await navigator.credentials.create({ publicKey: creationOf(options) })) as PublicKeyCredential)
}

export async function usePasskey(options: Json): Promise<Json> {
  return jsonOf((await navigator.credentials.get({ publicKey: requestOf(options) })) as PublicKeyCredential)
}
