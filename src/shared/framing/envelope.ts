const ENVELOPE = '{"records":[';
/** Far more than any envelope seen; blanks beyond it are not taken for one. */
const MAX_ENVELOPE_BYTES = 4096;

/**
 * Whether bytes start with the envelope of a document (`{"records":[`, blanks allowed), do not, or are too few to
 * tell.
 */
export function matchEnvelope(bytes: Uint8Array): 'envelope' | 'other' | 'undecided' {
  // As a stream, so that the first bytes of a byte order mark are too few to tell, and not some other character.
  const text = new TextDecoder()
    .decode(bytes.subarray(0, MAX_ENVELOPE_BYTES), { stream: true })
    .replaceAll(/[\s\uFEFF]/g, '');
  if (text.startsWith(ENVELOPE)) return 'envelope';
  return ENVELOPE.startsWith(text) && bytes.length < MAX_ENVELOPE_BYTES ? 'undecided' : 'other';
}
