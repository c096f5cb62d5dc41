// The event-stream standard as a table: bytes in, events out. One row per rule.

export interface SseCase {
  readonly rule: string
  readonly input: string | Uint8Array
  /** [type, data] of every event. */
  readonly events: readonly (readonly [string, string])[]
}

const m = (data: string): readonly [string, string] => ['message', data]
const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)],
    ),
  )

export const sseCases: readonly SseCase[] = [
  {
    rule: 'LF, CRLF and CR end lines alike',
    input: 'data:1\r\ndata:2\rdata:3\n\r\n',
    events: [m('1\n2\n3')],
  },
  { rule: 'CR CR ends an event at once', input: 'data:1\r\rdata:2\r\r', events: [m('1'), m('2')] },
  {
    rule: 'a CRLF is one line end, however it is cut',
    input: 'data:1\r\n\r\ndata:2\r\n\r\n',
    events: [m('1'), m('2')],
  },
  { rule: 'CR CRLF ends once', input: 'data:1\r\r\ndata:2\n\n', events: [m('1'), m('2')] },
  {
    rule: 'VT, FF, NEL and the Unicode separators are data',
    input: 'data:a\u000bb\fc\u0085d\u2028e\u2029f\n\n',
    events: [m('a\u000bb\fc\u0085d\u2028e\u2029f')],
  },
  {
    rule: 'exactly one BOM is stripped, at the very start',
    input: '\uFEFFdata:1\n\n\uFEFFdata:2\n\ndata:3\n\n',
    events: [m('1'), m('3')],
  },
  {
    rule: 'a second BOM belongs to the first name',
    input: '\uFEFF\uFEFFdata:1\n\ndata:2\n\n',
    events: [m('2')],
  },
  { rule: 'a comment may follow the BOM', input: '\uFEFF:hi\n\ndata:2\n\n', events: [m('2')] },
  {
    rule: 'the letters of a badly decoded BOM are a name',
    input: '\u00EF\u00BB\u00BFdata:1\n\ndata:2\n\n',
    events: [m('2')],
  },
  {
    rule: 'one space after the colon is layout',
    input: 'data:  a\ndata:\tb\ndata: \n\n',
    events: [m(' a\n\tb\n')],
  },
  { rule: 'only the first colon separates', input: 'data: a:b: c\n\n', events: [m('a:b: c')] },
  {
    rule: 'a name alone is an empty value',
    input: 'data\n\ndata\ndata\n\n',
    events: [m(''), m('\n')],
  },
  {
    rule: 'without data there is no event',
    input: 'event:x\n\nid:1\n\n\n',
    events: [],
  },
  {
    rule: 'names are literal',
    input: 'Data:1\ndata :2\n data:3\nda-ta:4\n__proto__:5\ndata:6\n\n',
    events: [m('6')],
  },
  {
    rule: 'comments and unknown fields are dropped',
    input: ':x\nfoo:y\ndata:1\n:z\ndata:2\n\n',
    events: [m('1\n2')],
  },
  {
    rule: 'the type lasts one event, and the last one wins',
    input: 'event:a\nevent:b\ndata:1\n\ndata:2\n\n',
    events: [['b', '1'], m('2')],
  },
  { rule: 'an empty type is message', input: 'event:\ndata:1\n\n', events: [m('1')] },
  {
    rule: 'a type named __proto__ is a type',
    input: 'event:__proto__\ndata:1\n\n',
    events: [['__proto__', '1']],
  },
  {
    rule: 'an id is no data',
    input: 'id:1\ndata:a\n\ndata:b\n\nid\ndata:c\n\n',
    events: [m('a'), m('b'), m('c')],
  },
  {
    rule: 'a block without data is no event',
    input: 'id:7\n\ndata:a\n\n',
    events: [m('a')],
  },
  {
    rule: 'an id with NUL is no data',
    input: 'id:1\nid:a\0b\ndata:x\n\n',
    events: [m('x')],
  },
  { rule: 'NUL in data is data', input: 'data:\0\n\n', events: [m('\0')] },
  {
    rule: 'a wait is no data',
    input: 'retry:007\ndata:x\n\n',
    events: [m('x')],
  },
  {
    rule: 'a wait that is none is no data',
    input: 'retry:-1\nretry:+5\nretry:1.5\nretry:1e3\nretry:  7\nretry:\nretry:١\ndata:x\n\n',
    events: [m('x')],
  },
  {
    rule: 'bad bytes become U+FFFD',
    input: bytes('data:a', 0x80, 'b', 0xc0, 0x8a, 'c', 0xed, 0xa0, 0x80, '\n\n'),
    events: [m('a\uFFFDb\uFFFD\uFFFDc\uFFFD\uFFFD\uFFFD')],
  },
  {
    rule: 'a cut character does not swallow the line end',
    input: bytes('data:a', 0xf0, 0x9f, 0x92, '\n\n'),
    events: [m('a\uFFFD')],
  },
  {
    rule: 'characters of any width survive',
    input: 'data: ä 進度 💙 👁️‍🗨️\n\n',
    events: [m('ä 進度 💙 👁️‍🗨️')],
  },
  { rule: 'an unterminated event is dropped', input: 'data:1\n\ndata:2\n', events: [m('1')] },
  {
    rule: 'an unterminated line is dropped',
    input: 'id:9\n\ndata:2',
    events: [],
  },
  { rule: 'nothing is nothing', input: '', events: [] },
  { rule: 'blank lines are nothing', input: '\n\r\n\r\r\n\n', events: [] },
]
