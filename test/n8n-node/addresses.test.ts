// The two small readings of addresses: what people paste as a base URL, and what a gateway can reach.

import { expect, test } from 'vitest'

import { canReach } from '../../n8n-node/nodes/Reelay/canReach.ts'
import { normalizeBaseUrl } from '../../n8n-node/nodes/Reelay/connection.ts'

test.each([
  ['https://relay.example/v1', 'https://relay.example/v1'],
  ['https://relay.example', 'https://relay.example/v1'],
  ['  https://relay.example/v1/ ', 'https://relay.example/v1'],
  ['https://relay.example//v1//', 'https://relay.example/v1'],
  ['relay.example', 'https://relay.example/v1'],
  ['http://127.0.0.1:8787', 'http://127.0.0.1:8787/v1'],
  ['https://relay.example/api/v1', 'https://relay.example/api/v1'],
  ['https://relay.example/v1/chat/completions', 'https://relay.example/v1'],
  ['https://relay.example/v1/videos?limit=1#top', 'https://relay.example/v1'],
  ['', null],
  ['   ', null],
  ['ftp://relay.example', null],
  ['https://', null],
  ['not an address', null],
])('the base URL "%s" is read as %s', (text, expected) => {
  expect(normalizeBaseUrl(text)).toBe(expected)
})

test.each([
  'localhost',
  'n8n',
  'n8n.local',
  'host.docker.internal',
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.10',
  '169.254.1.1',
  '100.64.0.1',
  '[::1]',
  '[fd00::1]',
  '[fe80::1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:1::]',
  '192.0.2.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  'n8n.internal.',
])('%s is reached by a gateway nearby only', (host) => {
  expect(canReach('https://gateway.example/v1', `http://${host}:5678/hook`)).toBe(false)
  expect(canReach('http://127.0.0.1:8787/v1', `http://${host}:5678/hook`)).toBe(true)
})

test.each([
  'n8n.example.com',
  '8.8.8.8',
  '172.32.0.1',
  '172.15.0.1',
  '192.169.0.1',
  '100.128.0.1',
  '11.0.0.1',
  '[2606:4700::1]',
  'local.example.com',
])('%s is reached by every gateway', (host) => {
  expect(canReach('https://gateway.example/v1', `https://${host}/hook`)).toBe(true)
})
