import { expect, test } from 'vitest'
import { findLengths } from '../../shared/request/lengthWords.ts'

const usual = { by: 'prompt', text: '{seconds}s' } as const

test.each<[string, readonly (number | null)[]]>([
  ['a cat surfing 15s', [15]],
  ['0-3s: a cat; 3-8s: a dog', [3, 8]],
  ['for 4 or 15 seconds', [15]],
  ['a 12-second clip', [12]],
  ['14.5 seconds', [15]],
  ['14,2s', [15]],
  ['15 (fifteen) seconds', [15]],
  ['fifteen-second', [15]],
  ['twelve second', [12]],
  ['十五秒的视频', [15]],
  ['二十秒', [20]],
  ['三十五秒', [35]],
  ['八秒', [8]],
  ['１５秒', [15]],
  ['15\u200bs', [15]],
  ['15″', [15]],
  ['2 minutes', [120]],
  ['1分钟', [60]],
  ['{"duration": 15}', [15]],
  ['a length of 15', [15]],
  ['15 \n\n seconds', [15]],
  ['15                                    seconds', [15]],
  ['视频时长为15', [15]],
  ['十五 秒', [15]],
  ['15 sekunder', [15]],
  ['15 secunde', [15]],
  ['15 sekuntia', [15]],
  ['15 másodperc', [15]],
  ['15 δευτερόλεπτα', [15]],
  ['15 שניות', [15]],
  ['15 ثانیه', [15]],
  ['15 giay', [15]],
  ['--seconds 15', [15]],
  ['seconds: 15', [15]],
  ['sec=15', [15]],
  ['--len 15', [15]],
  // A length that nobody can read here is the dearest.
  ['quinze secondes', [null]],
  ['пятнадцать секунд', [null]],
  ['ninety-nine seconds', [null]],
  ['twenty-five seconds', [null]],
  ['one hundred and two seconds', [null]],
  ['百秒', [null]],
  ['십오초', [null]],
  ['١٥ ثانية', [null]],
  ['--frames 361', [null]],
  // And so much is none.
  ['a diner of the 1950s', []],
  ['for a few seconds', []],
  ['within seconds', []],
  ['the second cat, a second time', []],
  ['24 frames per second, 24 fps', []],
  ['it’s what she says', []],
  ['he is 15. So what', []],
  ['15 surfers and 15 songs', []],
  ['4K, 16:9, 35mm, f/1.8, 500ms, 60 fps', []],
  ['秒杀活动，每秒', []],
  ['초원의 고양이', []],
  ['un segundo', []],
  ['within seconds, 15 people look', []],
  ['a cat --s 250 --seed 15', []],
  ['in the last seconds 15 birds', []],
  ['for a long duration, slowly', []],
])('%s names %j', (text, expected) => {
  const found = findLengths(text, usual)
  expect([...new Set(found)].filter((one) => one !== 15 || expected.includes(15))).toEqual(expected)
  expect(found.includes(15)).toBe(expected.includes(15))
})

test.each<[string, string, readonly (number | null)[]]>([
  ['T{seconds}!', 'a cat T15!', [15]],
  ['T{seconds}!', 'a cat t１５!', [15]],
  ['{size} ({seconds}) {ratio}', 'a cat (12) 16:9', [12]],
  ['{seconds}', 'a cat 15', [15]],
  ['T{seconds}!', 'a cat T1500!', []],
  ['in {seconds} beats', 'in 12 beats', [12]],
  ['never', 'a cat 15', []],
])('a model that is told “%s” is told by “%s”', (template, text, expected) => {
  expect(findLengths(text, { by: 'prompt', text: template })).toEqual(expected)
})
