// How many fields and items JSON may have: more than any request needs, and so few that whatever
// walks over them takes no time that anybody notices.

import { isJsonObject, type JsonValue } from '../wire/json.ts'
import { refuse, type Refused } from './error.ts'

const MOST_MEMBERS = 10_000

/** Stops counting soon after it is too many; names the field with most of them. */
export function checkMembers(json: JsonValue): Refused | null {
  if (typeof json !== 'object' || json === null) return null
  const entries = Object.entries(json)
  let left = MOST_MEMBERS - entries.length
  let [largest, most]: [string | null, number] = [null, 0]
  for (const [name, value] of left < 0 ? [] : entries) {
    const members = countMembers(value, left)
    left -= members
    if (members > most) [largest, most] = [name, members]
    if (left < 0) break
  }
  if (left >= 0) return null
  const param = isJsonObject(json) ? largest : null
  const subject = param === null ? 'the request has' : 'gives the request'
  const why = `${subject} more than ${MOST_MEMBERS} fields and items; send less`
  return refuse(param, why, 'request_too_large')
}

function countMembers(value: JsonValue, enough: number): number {
  let count = 0
  const open: JsonValue[] = [value]
  for (let one = open.pop(); one !== undefined && count <= enough; one = open.pop()) {
    if (typeof one !== 'object' || one === null) continue
    const members: readonly JsonValue[] = Object.values(one)
    count += members.length
    if (count <= enough) open.push(...members)
  }
  return count
}
