// What a field's name says about its value, by the words it is made of (`video_url`, `coverImage`,
// `task_status`). What is in no list is entered and weighed by its value alone.

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Holds what the caller sent, or what others wrote: never entered. */
export const foreignKeys = set(
  'prompt prompts input inputs messages request parameters params instructions originalprompt revisedprompt negativeprompt actualprompt enhancedprompt finalprompt userprompt textprompt systemprompt tools toolcalls toolchoice functioncall functioncalls annotations citations sources searchresults groundingmetadata logprobs requestbody originalrequest useragent audio options config settings arguments referenceimages inputreference inputimage promptfilterresults contentfilterresults safetyratings headers',
)

/** Holds text for the caller. */
export const textKeys = set('content text outputtext delta response answer refusal reply')
/** Holds what the relay says to itself. */
export const thoughtKeys = set(
  'reasoningcontent reasoning thinking thought reasoningdetails summary',
)

export const mediaWords = set(
  'url urls uri link links src href file files fileuri video videos mp4 output outputs result results media sample samples play download asset assets creations creation clip movie final hd data content contents urllist list generated works',
)
/** A still, or something small. */
export const stillWords = set(
  'image images img cover poster thumb thumbnail thumbnails preview gif webp avatar icon logo frame keyframe screenshot picture photo sprite snapshot',
)
/** Whatever such an object holds, and such an address leads to, is something else. */
export const otherHolders = set(
  'audio music sound voice subtitle subtitles callback webhook docs doc help console dashboard billing support terms policy login reference upload origin author user profile get cancel status poll polling self next prev share query',
)
/** An address of something else. */
export const otherWords = new Set([
  ...otherHolders,
  ...set(
    'conversation chat thread session homepage web page upgrade info more edit delete redirect site portal detail details source input stream documentation api endpoint',
  ),
])
/** Marks the one with the watermark; `free` and `no` take it back. */
export const draftWords = set('watermark watermarked')
export const cleanWords = set('free no without remove removed non un')
/** The better of two. */
export const betterWords = set(
  'hd upsample upscaled upscale original hq uhd final downloadable raw',
)

export const idKeys = set('taskid jobid generationid predictionid submitid')
export const faultKeys = set(
  'error errors err fault failure failreason failurereason failedreason failmsg errormessage errormsg errmsg errorinfo errordetail errordetails taskstatusmsg blockreason blockreasonmessage moderationreason lasterror',
)
/** Says why some of several results are missing: a failure only where none is left. */
export const partialFaultKeys = set('raimediafilteredreasons raireasons')
export const finishKeys = set('finishreason nativefinishreason stopreason donereason finishreasons')
/** In an error: what names it, what tells it, what counts it. */
export const codeKeys = set(
  'code status reason errorcode errcode errcodes error category errorname name blockreason',
)
export const messageKeys = set(
  'message msg detail details description desc error err raw title text reason failreason failurereason failedreason failmsg statusmsg errormsg errormessage errmsg content cause body errors taskstatusmsg blockreasonmessage raimediafilteredreasons info errorinfo errordetail errordetails lasterror result moderationreason hint errordescription statusmessage fault failure explanation',
)
export const numberKeys = set(
  'code status statuscode httpcode httpstatus errno errorcode errcode ret retcode resultcode param',
)

export const failedWords = set(
  'failed failure fail error cancelled canceled expired dead rejected moderated blocked timeout aborted banned refused failes unsuccessful',
)
export const finishedWords = set(
  'completed complete succeeded success succeed done finished finish ready successful ok',
)
/** Values of a `code` that mean no error. */
export const fineCodes = set(
  '0 200 201 202 1000 success ok succeed succeeded true none null 00000 10000',
)

/** `upsample_status`, `refund_state`: how something beside the video stands. */
const sideWords = set(
  'upsample upscale upscaled hd watermark thumbnail cover poster image audio preview moderation refund sync save cache queue previous last callback webhook',
)

export interface Name {
  /** Without marks and case. */
  readonly key: string
  readonly words: readonly string[]
  readonly isState: boolean
  readonly isProgress: boolean
}

/** Relays repeat a few dozen names a thousand times. */
const names = new Map<string, Name>()
const MOST_NAMES = 1024
const LONGEST_NAME = 64

export function readName(name: string): Name {
  const known = names.get(name)
  if (known !== undefined) return known
  const short = name.slice(0, LONGEST_NAME)
  const key = short.toLowerCase().replace(/[^a-z0-9]/g, '')
  const read: Name = {
    key,
    words: toWords(short),
    isState: /(?:status|state)$/.test(key) && !toWords(short).some((word) => sideWords.has(word)),
    isProgress: /progress|percent/.test(key),
  }
  if (names.size < MOST_NAMES && name.length <= LONGEST_NAME) names.set(name, read)
  return read
}

/** `video_url`, `coverImage` and `TASK_FAILED` as words. */
export const toWords = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)

/** Keys by which a JSON at the start is known for an echo of the request. */
export const echoKeys = ['prompt', 'user_prompt', 'orientation', 'mode']
/** Keys that make the same JSON a result. */
export const resultKeys = [
  'url',
  'video_url',
  'videos',
  'type',
  'error',
  'output',
  'status',
  'data',
  'code',
]
