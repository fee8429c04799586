import { randomUUID } from 'node:crypto';
import type { ServiceError } from '../service-error.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

function element(name: string, value: string): string {
  const escaped = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<${name}>${escaped}</${name}>`;
}

/** An answer of the AWS query protocol. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function resultXml(action: string, members: Readonly<Record<string, string>>): string {
  const result = Object.entries(members).map(([name, value]) => element(name, value));
  return `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result.join('')}</${action}Result><ResponseMetadata>${element('RequestId', randomUUID())}</ResponseMetadata></${action}Response>`;
}

/** An error of the AWS query protocol. */
export function errorXml({ type, message, status }: ServiceError): string {
  const fault = element('Type', status < 500 ? 'Sender' : 'Receiver');
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error>${fault}${element('Code', type)}${element('Message', message)}</Error>${element('RequestId', randomUUID())}</ErrorResponse>`;
}
