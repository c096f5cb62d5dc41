// Whoever is used looks after its alarm, not too often, whatever its clock does.

import { expect, test } from 'vitest'
import { AlarmWatch } from '../../worker/platform/alarmWatch.ts'

function createWatch() {
  const world = { now: 1_000_000, looks: 0, rings: 0, alarmAt: null as number | null }
  const work: Promise<void>[] = []
  const ports = {
    alarm: {
      get: async () => {
        world.looks += 1
        return world.alarmAt
      },
    },
    now: () => world.now,
    defer: (one: Promise<void>) => void work.push(one),
  }
  const watch = new AlarmWatch(
    ports,
    () => true,
    () => (world.rings += 1),
  )
  const look = async () => {
    watch.look()
    await Promise.all(work)
  }
  return { world, look }
}

test('looks twice a minute at most, and rings where nothing would', async () => {
  const { world, look } = createWatch()
  world.alarmAt = world.now + 30_000
  await look()
  world.now += 29_000
  await look()
  expect(world).toMatchObject({ looks: 1, rings: 0 })
  world.alarmAt = null
  world.now += 1_000
  await look()
  expect(world).toMatchObject({ looks: 2, rings: 1 })
})

test('a clock that is set back does not keep it from looking', async () => {
  const { world, look } = createWatch()
  await look()
  world.now -= 500_000
  await look()
  expect(world).toMatchObject({ looks: 2, rings: 2 })
})
