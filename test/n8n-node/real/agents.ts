// A real AI Agent of n8n with the node as its tool, of two generations, and a model that follows a script:
// what the model is told of a video, of a failure, and where it may not sleep.

import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'

import { generateParameters, type GenerateFields } from '../panel.ts'
import { n8nVersions } from './installN8n.ts'
import { call, findN8n, openSite, storeCredential, webhook, type Site } from './site.ts'
import { startModel, type Model } from './startModel.ts'
import { latestExecution, lineUp, publish, until, untilEnded } from './workflows.ts'

for (const version of n8nVersions) {
  const found = await findN8n(version)
  const skip = found instanceof Error ? found.message : false
  let site: Site
  let model: Model

  describe(`n8n ${version}: an AI agent`, { skip }, () => {
    before(async () => {
      site = await openSite(found)
      model = await startModel()
      await site.start()
      const data = { baseUrl: site.gateway.url, apiKey: site.apiKey }
      site.credentials = {
        reelay: await storeCredential(site, 'Reelay', 'reelayApi', data),
        openAi: await storeCredential(site, 'Model', 'openAiApi', { apiKey: 'k', url: model.url }),
      }
    })
    beforeEach(() => {
      site.relay.reset()
      model.told.length = 0
    })
    after(async () => {
      await site?.close()
      await model?.close()
    })

    /** What the model was told by the tool. */
    const ask = async (
      agent: number,
      path: string,
      prompt: string,
      fields: GenerateFields = {},
    ) => {
      model.state.prompt = prompt
      const langchain = '@n8n/n8n-nodes-langchain.'
      const parameters = { promptType: 'define', text: 'make a video', options: {} }
      const workflow = lineUp(
        path,
        [
          webhook(path, 'onReceived'),
          { name: 'Agent', type: `${langchain}agent`, typeVersion: agent, parameters },
        ],
        site.credentials,
      )
      const rest = { id: crypto.randomUUID(), position: [0, 300] as [number, number] }
      workflow.nodes.push(
        {
          ...rest,
          name: 'Model',
          type: `${langchain}lmChatOpenAi`,
          typeVersion: 1.2,
          parameters: { model: { __rl: true, mode: 'id', value: 'script' }, options: {} },
          credentials: { openAiApi: { id: site.credentials.openAi, name: 'Model' } },
        },
        {
          ...rest,
          id: crypto.randomUUID(),
          name: 'Reelay',
          type: 'n8n-nodes-reelay.reelayTool',
          typeVersion: 1,
          parameters: generateParameters({
            ...fields,
            prompt: "={{ $fromAI('Prompt', 'what it shows', 'string') }}",
          }),
          credentials: { reelayApi: { id: site.credentials.reelay, name: 'Reelay' } },
        },
      )
      for (const [name, type] of [
        ['Model', 'ai_languageModel'],
        ['Reelay', 'ai_tool'],
      ] as const) {
        workflow.connections[name] = { [type]: [[{ node: 'Agent', type, index: 0 }]] }
      }
      const id = await publish(site.n8n, workflow)
      await call(site, path)
      const execution = await until(() => latestExecution(site.n8n, id), 'the execution')
      const { status, error } = await untilEnded(site.n8n, execution)
      assert.equal(status, 'success', error?.message)
      const [said, ...others] = model.told
      assert.deepEqual(others, [])
      return said ?? ''
    }

    for (const agent of [2, 3]) {
      test(`of version ${agent}: is told id, link and cost, and no file`, async () => {
        const said = await ask(agent, `good${agent}`, `a dog ${agent}`)
        assert.match(said, /"status": ?"completed"/)
        assert.match(said, /\/v1\/videos\/video_\w+\/content/)
        assert.equal(site.relay.postsOf(`a dog ${agent}`), 1)
      })

      test(`of version ${agent}: is told why there is none, and whether to try again`, async () => {
        const said = await ask(agent, `bad${agent}`, `[fail:guardrail] ${agent}`)
        assert.match(said, /"code": ?"content_policy"/)
        assert.match(said, /"may_retry": ?(true|false)/)
      })
    }

    test('of version 2, which runs tools by itself: may not sleep, and nothing is paid', async () => {
      const said = await ask(2, 'asleep', 'a cat', { waitBy: 'parking' })
      assert.match(said, /An AI agent cannot sleep/)
      assert.equal(site.relay.requests.length, 0)
    })
  })
}
