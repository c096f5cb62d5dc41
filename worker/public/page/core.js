// Made by `npm run build` from worker/openapi/pageCore.ts. Do not edit.
var Dt = Object.defineProperty
var Ut = (e, t) => {
  for (var r in t) Dt(e, r, { get: t[r], enumerable: !0 })
}
var Vt = Object.freeze({ status: 'aborted' })
function g(e, t, r) {
  function n(a, p) {
    var f
    ;(Object.defineProperty(a, '_zod', { value: a._zod ?? {}, enumerable: !1 }),
      (f = a._zod).traits ?? (f.traits = new Set()),
      a._zod.traits.add(e),
      t(a, p))
    for (let c in s.prototype)
      c in a || Object.defineProperty(a, c, { value: s.prototype[c].bind(a) })
    ;((a._zod.constr = s), (a._zod.def = p))
  }
  let o = r?.Parent ?? Object
  class i extends o {}
  Object.defineProperty(i, 'name', { value: e })
  function s(a) {
    var p
    let f = r?.Parent ? new i() : this
    ;(n(f, a), (p = f._zod).deferred ?? (p.deferred = []))
    for (let c of f._zod.deferred) c()
    return f
  }
  return (
    Object.defineProperty(s, 'init', { value: n }),
    Object.defineProperty(s, Symbol.hasInstance, {
      value: (a) => (r?.Parent && a instanceof r.Parent ? !0 : a?._zod?.traits?.has(e)),
    }),
    Object.defineProperty(s, 'name', { value: e }),
    s
  )
}
var R = class extends Error {
    constructor() {
      super('Encountered Promise during synchronous parse. Use .parseAsync() instead.')
    }
  },
  se = {}
function k(e) {
  return (e && Object.assign(se, e), se)
}
var $ = {}
Ut($, {
  BIGINT_FORMAT_RANGES: () => Ue,
  Class: () => ge,
  NUMBER_FORMAT_RANGES: () => De,
  aborted: () => V,
  allowsEval: () => ze,
  assert: () => Gt,
  assertEqual: () => Bt,
  assertIs: () => Wt,
  assertNever: () => qt,
  assertNotEqual: () => Jt,
  assignProp: () => ye,
  cached: () => Y,
  captureStackTrace: () => ae,
  cleanEnum: () => ur,
  cleanRegex: () => H,
  clone: () => S,
  createTransparentProxy: () => tr,
  defineLazy: () => b,
  esc: () => F,
  escapeRegex: () => X,
  extend: () => or,
  finalizeIssue: () => T,
  floatSafeRemainder: () => Le,
  getElementAtPath: () => Yt,
  getEnumValues: () => xe,
  getLengthableOrigin: () => we,
  getParsedType: () => er,
  getSizableOrigin: () => Ve,
  isObject: () => U,
  isPlainObject: () => ue,
  issue: () => Be,
  joinValues: () => Kt,
  jsonStringifyReplacer: () => _e,
  merge: () => ir,
  normalizeParams: () => Q,
  nullish: () => ve,
  numKeys: () => Qt,
  omit: () => nr,
  optionalKeys: () => $e,
  partial: () => sr,
  pick: () => rr,
  prefixIssues: () => O,
  primitiveTypes: () => je,
  promiseAllObject: () => Ht,
  propertyKeyTypes: () => be,
  randomString: () => Xt,
  required: () => ar,
  stringifyPrimitive: () => Fe,
  unwrapMessage: () => K,
})
function Bt(e) {
  return e
}
function Jt(e) {
  return e
}
function Wt(e) {}
function qt(e) {
  throw new Error()
}
function Gt(e) {}
function xe(e) {
  let t = Object.values(e).filter((n) => typeof n == 'number')
  return Object.entries(e)
    .filter(([n, o]) => t.indexOf(+n) === -1)
    .map(([n, o]) => o)
}
function Kt(e, t = '|') {
  return e.map((r) => Fe(r)).join(t)
}
function _e(e, t) {
  return typeof t == 'bigint' ? t.toString() : t
}
function Y(e) {
  return {
    get value() {
      {
        let r = e()
        return (Object.defineProperty(this, 'value', { value: r }), r)
      }
      throw new Error('cached value already set')
    },
  }
}
function ve(e) {
  return e == null
}
function H(e) {
  let t = e.startsWith('^') ? 1 : 0,
    r = e.endsWith('$') ? e.length - 1 : e.length
  return e.slice(t, r)
}
function Le(e, t) {
  let r = (e.toString().split('.')[1] || '').length,
    n = (t.toString().split('.')[1] || '').length,
    o = r > n ? r : n,
    i = Number.parseInt(e.toFixed(o).replace('.', '')),
    s = Number.parseInt(t.toFixed(o).replace('.', ''))
  return (i % s) / 10 ** o
}
function b(e, t, r) {
  Object.defineProperty(e, t, {
    get() {
      {
        let o = r()
        return ((e[t] = o), o)
      }
      throw new Error('cached value already set')
    },
    set(o) {
      Object.defineProperty(e, t, { value: o })
    },
    configurable: !0,
  })
}
function ye(e, t, r) {
  Object.defineProperty(e, t, { value: r, writable: !0, enumerable: !0, configurable: !0 })
}
function Yt(e, t) {
  return t ? t.reduce((r, n) => r?.[n], e) : e
}
function Ht(e) {
  let t = Object.keys(e),
    r = t.map((n) => e[n])
  return Promise.all(r).then((n) => {
    let o = {}
    for (let i = 0; i < t.length; i++) o[t[i]] = n[i]
    return o
  })
}
function Xt(e = 10) {
  let t = 'abcdefghijklmnopqrstuvwxyz',
    r = ''
  for (let n = 0; n < e; n++) r += t[Math.floor(Math.random() * t.length)]
  return r
}
function F(e) {
  return JSON.stringify(e)
}
var ae = Error.captureStackTrace ? Error.captureStackTrace : (...e) => {}
function U(e) {
  return typeof e == 'object' && e !== null && !Array.isArray(e)
}
var ze = Y(() => {
  if (typeof navigator < 'u' && navigator?.userAgent?.includes('Cloudflare')) return !1
  try {
    let e = Function
    return (new e(''), !0)
  } catch {
    return !1
  }
})
function ue(e) {
  if (U(e) === !1) return !1
  let t = e.constructor
  if (t === void 0) return !0
  let r = t.prototype
  return !(U(r) === !1 || Object.prototype.hasOwnProperty.call(r, 'isPrototypeOf') === !1)
}
function Qt(e) {
  let t = 0
  for (let r in e) Object.prototype.hasOwnProperty.call(e, r) && t++
  return t
}
var er = (e) => {
    let t = typeof e
    switch (t) {
      case 'undefined':
        return 'undefined'
      case 'string':
        return 'string'
      case 'number':
        return Number.isNaN(e) ? 'nan' : 'number'
      case 'boolean':
        return 'boolean'
      case 'function':
        return 'function'
      case 'bigint':
        return 'bigint'
      case 'symbol':
        return 'symbol'
      case 'object':
        return Array.isArray(e)
          ? 'array'
          : e === null
            ? 'null'
            : e.then && typeof e.then == 'function' && e.catch && typeof e.catch == 'function'
              ? 'promise'
              : typeof Map < 'u' && e instanceof Map
                ? 'map'
                : typeof Set < 'u' && e instanceof Set
                  ? 'set'
                  : typeof Date < 'u' && e instanceof Date
                    ? 'date'
                    : typeof File < 'u' && e instanceof File
                      ? 'file'
                      : 'object'
      default:
        throw new Error(`Unknown data type: ${t}`)
    }
  },
  be = new Set(['string', 'number', 'symbol']),
  je = new Set(['string', 'number', 'bigint', 'boolean', 'symbol', 'undefined'])
function X(e) {
  return e.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
function S(e, t, r) {
  let n = new e._zod.constr(t ?? e._zod.def)
  return ((!t || r?.parent) && (n._zod.parent = e), n)
}
function Q(e) {
  let t = e
  if (!t) return {}
  if (typeof t == 'string') return { error: () => t }
  if (t?.message !== void 0) {
    if (t?.error !== void 0) throw new Error('Cannot specify both `message` and `error` params')
    t.error = t.message
  }
  return (delete t.message, typeof t.error == 'string' ? { ...t, error: () => t.error } : t)
}
function tr(e) {
  let t
  return new Proxy(
    {},
    {
      get(r, n, o) {
        return (t ?? (t = e()), Reflect.get(t, n, o))
      },
      set(r, n, o, i) {
        return (t ?? (t = e()), Reflect.set(t, n, o, i))
      },
      has(r, n) {
        return (t ?? (t = e()), Reflect.has(t, n))
      },
      deleteProperty(r, n) {
        return (t ?? (t = e()), Reflect.deleteProperty(t, n))
      },
      ownKeys(r) {
        return (t ?? (t = e()), Reflect.ownKeys(t))
      },
      getOwnPropertyDescriptor(r, n) {
        return (t ?? (t = e()), Reflect.getOwnPropertyDescriptor(t, n))
      },
      defineProperty(r, n, o) {
        return (t ?? (t = e()), Reflect.defineProperty(t, n, o))
      },
    },
  )
}
function Fe(e) {
  return typeof e == 'bigint' ? e.toString() + 'n' : typeof e == 'string' ? `"${e}"` : `${e}`
}
function $e(e) {
  return Object.keys(e).filter(
    (t) => e[t]._zod.optin === 'optional' && e[t]._zod.optout === 'optional',
  )
}
var De = {
    safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    int32: [-2147483648, 2147483647],
    uint32: [0, 4294967295],
    float32: [-34028234663852886e22, 34028234663852886e22],
    float64: [-Number.MAX_VALUE, Number.MAX_VALUE],
  },
  Ue = {
    int64: [BigInt('-9223372036854775808'), BigInt('9223372036854775807')],
    uint64: [BigInt(0), BigInt('18446744073709551615')],
  }
function rr(e, t) {
  let r = {},
    n = e._zod.def
  for (let o in t) {
    if (!(o in n.shape)) throw new Error(`Unrecognized key: "${o}"`)
    t[o] && (r[o] = n.shape[o])
  }
  return S(e, { ...e._zod.def, shape: r, checks: [] })
}
function nr(e, t) {
  let r = { ...e._zod.def.shape },
    n = e._zod.def
  for (let o in t) {
    if (!(o in n.shape)) throw new Error(`Unrecognized key: "${o}"`)
    t[o] && delete r[o]
  }
  return S(e, { ...e._zod.def, shape: r, checks: [] })
}
function or(e, t) {
  if (!ue(t)) throw new Error('Invalid input to extend: expected a plain object')
  let r = {
    ...e._zod.def,
    get shape() {
      let n = { ...e._zod.def.shape, ...t }
      return (ye(this, 'shape', n), n)
    },
    checks: [],
  }
  return S(e, r)
}
function ir(e, t) {
  return S(e, {
    ...e._zod.def,
    get shape() {
      let r = { ...e._zod.def.shape, ...t._zod.def.shape }
      return (ye(this, 'shape', r), r)
    },
    catchall: t._zod.def.catchall,
    checks: [],
  })
}
function sr(e, t, r) {
  let n = t._zod.def.shape,
    o = { ...n }
  if (r)
    for (let i in r) {
      if (!(i in n)) throw new Error(`Unrecognized key: "${i}"`)
      r[i] && (o[i] = e ? new e({ type: 'optional', innerType: n[i] }) : n[i])
    }
  else for (let i in n) o[i] = e ? new e({ type: 'optional', innerType: n[i] }) : n[i]
  return S(t, { ...t._zod.def, shape: o, checks: [] })
}
function ar(e, t, r) {
  let n = t._zod.def.shape,
    o = { ...n }
  if (r)
    for (let i in r) {
      if (!(i in o)) throw new Error(`Unrecognized key: "${i}"`)
      r[i] && (o[i] = new e({ type: 'nonoptional', innerType: n[i] }))
    }
  else for (let i in n) o[i] = new e({ type: 'nonoptional', innerType: n[i] })
  return S(t, { ...t._zod.def, shape: o, checks: [] })
}
function V(e, t = 0) {
  for (let r = t; r < e.issues.length; r++) if (e.issues[r]?.continue !== !0) return !0
  return !1
}
function O(e, t) {
  return t.map((r) => {
    var n
    return ((n = r).path ?? (n.path = []), r.path.unshift(e), r)
  })
}
function K(e) {
  return typeof e == 'string' ? e : e?.message
}
function T(e, t, r) {
  let n = { ...e, path: e.path ?? [] }
  if (!e.message) {
    let o =
      K(e.inst?._zod.def?.error?.(e)) ??
      K(t?.error?.(e)) ??
      K(r.customError?.(e)) ??
      K(r.localeError?.(e)) ??
      'Invalid input'
    n.message = o
  }
  return (delete n.inst, delete n.continue, t?.reportInput || delete n.input, n)
}
function Ve(e) {
  return e instanceof Set
    ? 'set'
    : e instanceof Map
      ? 'map'
      : e instanceof File
        ? 'file'
        : 'unknown'
}
function we(e) {
  return Array.isArray(e) ? 'array' : typeof e == 'string' ? 'string' : 'unknown'
}
function Be(...e) {
  let [t, r, n] = e
  return typeof t == 'string' ? { message: t, code: 'custom', input: r, inst: n } : { ...t }
}
function ur(e) {
  return Object.entries(e)
    .filter(([t, r]) => Number.isNaN(Number.parseInt(t, 10)))
    .map((t) => t[1])
}
var ge = class {
  constructor(...t) {}
}
var Je = (e, t) => {
    ;((e.name = '$ZodError'),
      Object.defineProperty(e, '_zod', { value: e._zod, enumerable: !1 }),
      Object.defineProperty(e, 'issues', { value: t, enumerable: !1 }),
      Object.defineProperty(e, 'message', {
        get() {
          return JSON.stringify(t, _e, 2)
        },
        enumerable: !0,
      }),
      Object.defineProperty(e, 'toString', { value: () => e.message, enumerable: !1 }))
  },
  We = g('$ZodError', Je),
  ee = g('$ZodError', Je, { Parent: Error })
var lr = (e) => (t, r, n, o) => {
    let i = n ? Object.assign(n, { async: !1 }) : { async: !1 },
      s = t._zod.run({ value: r, issues: [] }, i)
    if (s instanceof Promise) throw new R()
    if (s.issues.length) {
      let a = new (o?.Err ?? e)(s.issues.map((p) => T(p, i, k())))
      throw (ae(a, o?.callee), a)
    }
    return s.value
  },
  Ze = lr(ee),
  pr = (e) => async (t, r, n, o) => {
    let i = n ? Object.assign(n, { async: !0 }) : { async: !0 },
      s = t._zod.run({ value: r, issues: [] }, i)
    if ((s instanceof Promise && (s = await s), s.issues.length)) {
      let a = new (o?.Err ?? e)(s.issues.map((p) => T(p, i, k())))
      throw (ae(a, o?.callee), a)
    }
    return s.value
  },
  ke = pr(ee),
  dr = (e) => (t, r, n) => {
    let o = n ? { ...n, async: !1 } : { async: !1 },
      i = t._zod.run({ value: r, issues: [] }, o)
    if (i instanceof Promise) throw new R()
    return i.issues.length
      ? { success: !1, error: new (e ?? We)(i.issues.map((s) => T(s, o, k()))) }
      : { success: !0, data: i.value }
  },
  te = dr(ee),
  mr = (e) => async (t, r, n) => {
    let o = n ? Object.assign(n, { async: !0 }) : { async: !0 },
      i = t._zod.run({ value: r, issues: [] }, o)
    return (
      i instanceof Promise && (i = await i),
      i.issues.length
        ? { success: !1, error: new e(i.issues.map((s) => T(s, o, k()))) }
        : { success: !0, data: i.value }
    )
  },
  re = mr(ee)
var fr =
    '(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))',
  hr = new RegExp(`^${fr}$`)
var qe = (e) => {
  let t = e ? `[\\s\\S]{${e?.minimum ?? 0},${e?.maximum ?? ''}}` : '[\\s\\S]*'
  return new RegExp(`^${t}$`)
}
var Ge = /^-?\d+(?:\.\d+)?/i
var Ke = g('$ZodCheck', (e, t) => {
  var r
  ;(e._zod ?? (e._zod = {}), (e._zod.def = t), (r = e._zod).onattach ?? (r.onattach = []))
})
var Ye = g('$ZodCheckMinLength', (e, t) => {
  var r
  ;(Ke.init(e, t),
    (r = e._zod.def).when ??
      (r.when = (n) => {
        let o = n.value
        return !ve(o) && o.length !== void 0
      }),
    e._zod.onattach.push((n) => {
      let o = n._zod.bag.minimum ?? Number.NEGATIVE_INFINITY
      t.minimum > o && (n._zod.bag.minimum = t.minimum)
    }),
    (e._zod.check = (n) => {
      let o = n.value
      if (o.length >= t.minimum) return
      let s = we(o)
      n.issues.push({
        origin: s,
        code: 'too_small',
        minimum: t.minimum,
        inclusive: !0,
        input: o,
        inst: e,
        continue: !t.abort,
      })
    }))
})
var ce = class {
  constructor(t = []) {
    ;((this.content = []), (this.indent = 0), this && (this.args = t))
  }
  indented(t) {
    ;((this.indent += 1), t(this), (this.indent -= 1))
  }
  write(t) {
    if (typeof t == 'function') {
      ;(t(this, { execution: 'sync' }), t(this, { execution: 'async' }))
      return
    }
    let n = t
        .split(`
`)
        .filter((s) => s),
      o = Math.min(...n.map((s) => s.length - s.trimStart().length)),
      i = n.map((s) => s.slice(o)).map((s) => ' '.repeat(this.indent * 2) + s)
    for (let s of i) this.content.push(s)
  }
  compile() {
    let t = Function,
      r = this?.args,
      o = [...(this?.content ?? ['']).map((i) => `  ${i}`)]
    return new t(
      ...r,
      o.join(`
`),
    )
  }
}
var He = { major: 4, minor: 0, patch: 0 }
var w = g('$ZodType', (e, t) => {
    var r
    ;(e ?? (e = {}), (e._zod.def = t), (e._zod.bag = e._zod.bag || {}), (e._zod.version = He))
    let n = [...(e._zod.def.checks ?? [])]
    e._zod.traits.has('$ZodCheck') && n.unshift(e)
    for (let o of n) for (let i of o._zod.onattach) i(e)
    if (n.length === 0)
      ((r = e._zod).deferred ?? (r.deferred = []),
        e._zod.deferred?.push(() => {
          e._zod.run = e._zod.parse
        }))
    else {
      let o = (i, s, a) => {
        let p = V(i),
          f
        for (let c of s) {
          if (c._zod.def.when) {
            if (!c._zod.def.when(i)) continue
          } else if (p) continue
          let u = i.issues.length,
            l = c._zod.check(i)
          if (l instanceof Promise && a?.async === !1) throw new R()
          if (f || l instanceof Promise)
            f = (f ?? Promise.resolve()).then(async () => {
              ;(await l, i.issues.length !== u && (p || (p = V(i, u))))
            })
          else {
            if (i.issues.length === u) continue
            p || (p = V(i, u))
          }
        }
        return f ? f.then(() => i) : i
      }
      e._zod.run = (i, s) => {
        let a = e._zod.parse(i, s)
        if (a instanceof Promise) {
          if (s.async === !1) throw new R()
          return a.then((p) => o(p, n, s))
        }
        return o(a, n, s)
      }
    }
    e['~standard'] = {
      validate: (o) => {
        try {
          let i = te(e, o)
          return i.success ? { value: i.data } : { issues: i.error?.issues }
        } catch {
          return re(e, o).then((s) => (s.success ? { value: s.data } : { issues: s.error?.issues }))
        }
      },
      vendor: 'zod',
      version: 1,
    }
  }),
  tt = g('$ZodString', (e, t) => {
    ;(w.init(e, t),
      (e._zod.pattern = [...(e?._zod.bag?.patterns ?? [])].pop() ?? qe(e._zod.bag)),
      (e._zod.parse = (r, n) => {
        if (t.coerce)
          try {
            r.value = String(r.value)
          } catch {}
        return (
          typeof r.value == 'string' ||
            r.issues.push({ expected: 'string', code: 'invalid_type', input: r.value, inst: e }),
          r
        )
      }))
  })
var rt = g('$ZodNumber', (e, t) => {
  ;(w.init(e, t),
    (e._zod.pattern = e._zod.bag.pattern ?? Ge),
    (e._zod.parse = (r, n) => {
      if (t.coerce)
        try {
          r.value = Number(r.value)
        } catch {}
      let o = r.value
      if (typeof o == 'number' && !Number.isNaN(o) && Number.isFinite(o)) return r
      let i =
        typeof o == 'number'
          ? Number.isNaN(o)
            ? 'NaN'
            : Number.isFinite(o)
              ? void 0
              : 'Infinity'
          : void 0
      return (
        r.issues.push({
          expected: 'number',
          code: 'invalid_type',
          input: o,
          inst: e,
          ...(i ? { received: i } : {}),
        }),
        r
      )
    }))
})
var nt = g('$ZodUnknown', (e, t) => {
  ;(w.init(e, t), (e._zod.parse = (r) => r))
})
function le(e, t, r) {
  ;(e.issues.length && t.issues.push(...O(r, e.issues)), (t.value[r] = e.value))
}
function Xe(e, t, r, n) {
  e.issues.length
    ? n[r] === void 0
      ? r in n
        ? (t.value[r] = void 0)
        : (t.value[r] = e.value)
      : t.issues.push(...O(r, e.issues))
    : e.value === void 0
      ? r in n && (t.value[r] = void 0)
      : (t.value[r] = e.value)
}
var ot = g('$ZodObject', (e, t) => {
  w.init(e, t)
  let r = Y(() => {
    let u = Object.keys(t.shape)
    for (let d of u)
      if (!(t.shape[d] instanceof w))
        throw new Error(`Invalid element at key "${d}": expected a Zod schema`)
    let l = $e(t.shape)
    return {
      shape: t.shape,
      keys: u,
      keySet: new Set(u),
      numKeys: u.length,
      optionalKeys: new Set(l),
    }
  })
  b(e._zod, 'propValues', () => {
    let u = t.shape,
      l = {}
    for (let d in u) {
      let m = u[d]._zod
      if (m.values) {
        l[d] ?? (l[d] = new Set())
        for (let h of m.values) l[d].add(h)
      }
    }
    return l
  })
  let n = (u) => {
      let l = new ce(['shape', 'payload', 'ctx']),
        d = r.value,
        m = (_) => {
          let y = F(_)
          return `shape[${y}]._zod.run({ value: input[${y}], issues: [] }, ctx)`
        }
      l.write('const input = payload.value;')
      let h = Object.create(null),
        v = 0
      for (let _ of d.keys) h[_] = `key_${v++}`
      l.write('const newResult = {}')
      for (let _ of d.keys)
        if (d.optionalKeys.has(_)) {
          let y = h[_]
          l.write(`const ${y} = ${m(_)};`)
          let z = F(_)
          l.write(`
        if (${y}.issues.length) {
          if (input[${z}] === undefined) {
            if (${z} in input) {
              newResult[${z}] = undefined;
            }
          } else {
            payload.issues = payload.issues.concat(
              ${y}.issues.map((iss) => ({
                ...iss,
                path: iss.path ? [${z}, ...iss.path] : [${z}],
              }))
            );
          }
        } else if (${y}.value === undefined) {
          if (${z} in input) newResult[${z}] = undefined;
        } else {
          newResult[${z}] = ${y}.value;
        }
        `)
        } else {
          let y = h[_]
          ;(l.write(`const ${y} = ${m(_)};`),
            l.write(`
          if (${y}.issues.length) payload.issues = payload.issues.concat(${y}.issues.map(iss => ({
            ...iss,
            path: iss.path ? [${F(_)}, ...iss.path] : [${F(_)}]
          })));`),
            l.write(`newResult[${F(_)}] = ${y}.value`))
        }
      ;(l.write('payload.value = newResult;'), l.write('return payload;'))
      let x = l.compile()
      return (_, y) => x(u, _, y)
    },
    o,
    i = U,
    s = !se.jitless,
    p = s && ze.value,
    f = t.catchall,
    c
  e._zod.parse = (u, l) => {
    c ?? (c = r.value)
    let d = u.value
    if (!i(d))
      return (u.issues.push({ expected: 'object', code: 'invalid_type', input: d, inst: e }), u)
    let m = []
    if (s && p && l?.async === !1 && l.jitless !== !0) (o || (o = n(t.shape)), (u = o(u, l)))
    else {
      u.value = {}
      let y = c.shape
      for (let z of c.keys) {
        let G = y[z],
          ie = G._zod.run({ value: d[z], issues: [] }, l),
          Ce = G._zod.optin === 'optional' && G._zod.optout === 'optional'
        ie instanceof Promise
          ? m.push(ie.then((Ne) => (Ce ? Xe(Ne, u, z, d) : le(Ne, u, z))))
          : Ce
            ? Xe(ie, u, z, d)
            : le(ie, u, z)
      }
    }
    if (!f) return m.length ? Promise.all(m).then(() => u) : u
    let h = [],
      v = c.keySet,
      x = f._zod,
      _ = x.def.type
    for (let y of Object.keys(d)) {
      if (v.has(y)) continue
      if (_ === 'never') {
        h.push(y)
        continue
      }
      let z = x.run({ value: d[y], issues: [] }, l)
      z instanceof Promise ? m.push(z.then((G) => le(G, u, y))) : le(z, u, y)
    }
    return (
      h.length && u.issues.push({ code: 'unrecognized_keys', keys: h, input: d, inst: e }),
      m.length ? Promise.all(m).then(() => u) : u
    )
  }
})
function Qe(e, t, r, n) {
  for (let o of e) if (o.issues.length === 0) return ((t.value = o.value), t)
  return (
    t.issues.push({
      code: 'invalid_union',
      input: t.value,
      inst: r,
      errors: e.map((o) => o.issues.map((i) => T(i, n, k()))),
    }),
    t
  )
}
var it = g('$ZodUnion', (e, t) => {
    ;(w.init(e, t),
      b(e._zod, 'optin', () =>
        t.options.some((r) => r._zod.optin === 'optional') ? 'optional' : void 0,
      ),
      b(e._zod, 'optout', () =>
        t.options.some((r) => r._zod.optout === 'optional') ? 'optional' : void 0,
      ),
      b(e._zod, 'values', () => {
        if (t.options.every((r) => r._zod.values))
          return new Set(t.options.flatMap((r) => Array.from(r._zod.values)))
      }),
      b(e._zod, 'pattern', () => {
        if (t.options.every((r) => r._zod.pattern)) {
          let r = t.options.map((n) => n._zod.pattern)
          return new RegExp(`^(${r.map((n) => H(n.source)).join('|')})$`)
        }
      }),
      (e._zod.parse = (r, n) => {
        let o = !1,
          i = []
        for (let s of t.options) {
          let a = s._zod.run({ value: r.value, issues: [] }, n)
          if (a instanceof Promise) (i.push(a), (o = !0))
          else {
            if (a.issues.length === 0) return a
            i.push(a)
          }
        }
        return o ? Promise.all(i).then((s) => Qe(s, r, e, n)) : Qe(i, r, e, n)
      }))
  }),
  st = g('$ZodDiscriminatedUnion', (e, t) => {
    it.init(e, t)
    let r = e._zod.parse
    b(e._zod, 'propValues', () => {
      let o = {}
      for (let i of t.options) {
        let s = i._zod.propValues
        if (!s || Object.keys(s).length === 0)
          throw new Error(`Invalid discriminated union option at index "${t.options.indexOf(i)}"`)
        for (let [a, p] of Object.entries(s)) {
          o[a] || (o[a] = new Set())
          for (let f of p) o[a].add(f)
        }
      }
      return o
    })
    let n = Y(() => {
      let o = t.options,
        i = new Map()
      for (let s of o) {
        let a = s._zod.propValues[t.discriminator]
        if (!a || a.size === 0)
          throw new Error(`Invalid discriminated union option at index "${t.options.indexOf(s)}"`)
        for (let p of a) {
          if (i.has(p)) throw new Error(`Duplicate discriminator value "${String(p)}"`)
          i.set(p, s)
        }
      }
      return i
    })
    e._zod.parse = (o, i) => {
      let s = o.value
      if (!U(s))
        return (o.issues.push({ code: 'invalid_type', expected: 'object', input: s, inst: e }), o)
      let a = n.value.get(s?.[t.discriminator])
      return a
        ? a._zod.run(o, i)
        : t.unionFallback
          ? r(o, i)
          : (o.issues.push({
              code: 'invalid_union',
              errors: [],
              note: 'No matching discriminator',
              input: s,
              path: [t.discriminator],
              inst: e,
            }),
            o)
    }
  })
var at = g('$ZodRecord', (e, t) => {
  ;(w.init(e, t),
    (e._zod.parse = (r, n) => {
      let o = r.value
      if (!ue(o))
        return (r.issues.push({ expected: 'record', code: 'invalid_type', input: o, inst: e }), r)
      let i = []
      if (t.keyType._zod.values) {
        let s = t.keyType._zod.values
        r.value = {}
        for (let p of s)
          if (typeof p == 'string' || typeof p == 'number' || typeof p == 'symbol') {
            let f = t.valueType._zod.run({ value: o[p], issues: [] }, n)
            f instanceof Promise
              ? i.push(
                  f.then((c) => {
                    ;(c.issues.length && r.issues.push(...O(p, c.issues)), (r.value[p] = c.value))
                  }),
                )
              : (f.issues.length && r.issues.push(...O(p, f.issues)), (r.value[p] = f.value))
          }
        let a
        for (let p in o) s.has(p) || ((a = a ?? []), a.push(p))
        a &&
          a.length > 0 &&
          r.issues.push({ code: 'unrecognized_keys', input: o, inst: e, keys: a })
      } else {
        r.value = {}
        for (let s of Reflect.ownKeys(o)) {
          if (s === '__proto__') continue
          let a = t.keyType._zod.run({ value: s, issues: [] }, n)
          if (a instanceof Promise)
            throw new Error('Async schemas not supported in object keys currently')
          if (a.issues.length) {
            ;(r.issues.push({
              origin: 'record',
              code: 'invalid_key',
              issues: a.issues.map((f) => T(f, n, k())),
              input: s,
              path: [s],
              inst: e,
            }),
              (r.value[a.value] = a.value))
            continue
          }
          let p = t.valueType._zod.run({ value: o[s], issues: [] }, n)
          p instanceof Promise
            ? i.push(
                p.then((f) => {
                  ;(f.issues.length && r.issues.push(...O(s, f.issues)),
                    (r.value[a.value] = f.value))
                }),
              )
            : (p.issues.length && r.issues.push(...O(s, p.issues)), (r.value[a.value] = p.value))
        }
      }
      return i.length ? Promise.all(i).then(() => r) : r
    }))
})
var ut = g('$ZodEnum', (e, t) => {
    w.init(e, t)
    let r = xe(t.entries)
    ;((e._zod.values = new Set(r)),
      (e._zod.pattern = new RegExp(
        `^(${r
          .filter((n) => be.has(typeof n))
          .map((n) => (typeof n == 'string' ? X(n) : n.toString()))
          .join('|')})$`,
      )),
      (e._zod.parse = (n, o) => {
        let i = n.value
        return (
          e._zod.values.has(i) ||
            n.issues.push({ code: 'invalid_value', values: r, input: i, inst: e }),
          n
        )
      }))
  }),
  ct = g('$ZodLiteral', (e, t) => {
    ;(w.init(e, t),
      (e._zod.values = new Set(t.values)),
      (e._zod.pattern = new RegExp(
        `^(${t.values.map((r) => (typeof r == 'string' ? X(r) : r ? r.toString() : String(r))).join('|')})$`,
      )),
      (e._zod.parse = (r, n) => {
        let o = r.value
        return (
          e._zod.values.has(o) ||
            r.issues.push({ code: 'invalid_value', values: t.values, input: o, inst: e }),
          r
        )
      }))
  })
var lt = g('$ZodTransform', (e, t) => {
    ;(w.init(e, t),
      (e._zod.parse = (r, n) => {
        let o = t.transform(r.value, r)
        if (n.async)
          return (o instanceof Promise ? o : Promise.resolve(o)).then((s) => ((r.value = s), r))
        if (o instanceof Promise) throw new R()
        return ((r.value = o), r)
      }))
  }),
  pt = g('$ZodOptional', (e, t) => {
    ;(w.init(e, t),
      (e._zod.optin = 'optional'),
      (e._zod.optout = 'optional'),
      b(e._zod, 'values', () =>
        t.innerType._zod.values ? new Set([...t.innerType._zod.values, void 0]) : void 0,
      ),
      b(e._zod, 'pattern', () => {
        let r = t.innerType._zod.pattern
        return r ? new RegExp(`^(${H(r.source)})?$`) : void 0
      }),
      (e._zod.parse = (r, n) =>
        t.innerType._zod.optin === 'optional'
          ? t.innerType._zod.run(r, n)
          : r.value === void 0
            ? r
            : t.innerType._zod.run(r, n)))
  }),
  dt = g('$ZodNullable', (e, t) => {
    ;(w.init(e, t),
      b(e._zod, 'optin', () => t.innerType._zod.optin),
      b(e._zod, 'optout', () => t.innerType._zod.optout),
      b(e._zod, 'pattern', () => {
        let r = t.innerType._zod.pattern
        return r ? new RegExp(`^(${H(r.source)}|null)$`) : void 0
      }),
      b(e._zod, 'values', () =>
        t.innerType._zod.values ? new Set([...t.innerType._zod.values, null]) : void 0,
      ),
      (e._zod.parse = (r, n) => (r.value === null ? r : t.innerType._zod.run(r, n))))
  })
var mt = g('$ZodCatch', (e, t) => {
  ;(w.init(e, t),
    (e._zod.optin = 'optional'),
    b(e._zod, 'optout', () => t.innerType._zod.optout),
    b(e._zod, 'values', () => t.innerType._zod.values),
    (e._zod.parse = (r, n) => {
      let o = t.innerType._zod.run(r, n)
      return o instanceof Promise
        ? o.then(
            (i) => (
              (r.value = i.value),
              i.issues.length &&
                ((r.value = t.catchValue({
                  ...r,
                  error: { issues: i.issues.map((s) => T(s, n, k())) },
                  input: r.value,
                })),
                (r.issues = [])),
              r
            ),
          )
        : ((r.value = o.value),
          o.issues.length &&
            ((r.value = t.catchValue({
              ...r,
              error: { issues: o.issues.map((i) => T(i, n, k())) },
              input: r.value,
            })),
            (r.issues = [])),
          r)
    }))
})
var ft = g('$ZodPipe', (e, t) => {
  ;(w.init(e, t),
    b(e._zod, 'values', () => t.in._zod.values),
    b(e._zod, 'optin', () => t.in._zod.optin),
    b(e._zod, 'optout', () => t.out._zod.optout),
    (e._zod.parse = (r, n) => {
      let o = t.in._zod.run(r, n)
      return o instanceof Promise ? o.then((i) => et(i, t, n)) : et(o, t, n)
    }))
})
function et(e, t, r) {
  return V(e) ? e : t.out._zod.run({ value: e.value, issues: e.issues }, r)
}
function ht(e, t) {
  return new e({ type: 'string', ...Q(t) })
}
function gt(e, t) {
  return new e({ type: 'number', checks: [], ...Q(t) })
}
function xt(e) {
  return new e({ type: 'unknown' })
}
function Ee(e, t) {
  return new Ye({ check: 'min_length', ...Q(t), minimum: e })
}
var P = g('ZodMiniType', (e, t) => {
    if (!e._zod) throw new Error('Uninitialized schema in ZodMiniType.')
    ;(w.init(e, t),
      (e.def = t),
      (e.parse = (r, n) => Ze(e, r, n, { callee: e.parse })),
      (e.safeParse = (r, n) => te(e, r, n)),
      (e.parseAsync = async (r, n) => ke(e, r, n, { callee: e.parseAsync })),
      (e.safeParseAsync = async (r, n) => re(e, r, n)),
      (e.check = (...r) =>
        e.clone({
          ...t,
          checks: [
            ...(t.checks ?? []),
            ...r.map((n) =>
              typeof n == 'function'
                ? { _zod: { check: n, def: { check: 'custom' }, onattach: [] } }
                : n,
            ),
          ],
        })),
      (e.clone = (r, n) => S(e, r, n)),
      (e.brand = () => e),
      (e.register = (r, n) => (r.add(e, n), e)))
  }),
  vr = g('ZodMiniString', (e, t) => {
    ;(tt.init(e, t), P.init(e, t))
  })
function A(e) {
  return ht(vr, e)
}
var yr = g('ZodMiniNumber', (e, t) => {
  ;(rt.init(e, t), P.init(e, t))
})
function C(e) {
  return gt(yr, e)
}
var zr = g('ZodMiniUnknown', (e, t) => {
  ;(nt.init(e, t), P.init(e, t))
})
function br() {
  return xt(zr)
}
var vt = g('ZodMiniObject', (e, t) => {
  ;(ot.init(e, t), P.init(e, t), $.defineLazy(e, 'shape', () => t.shape))
})
function M(e, t) {
  let r = {
    type: 'object',
    get shape() {
      return ($.assignProp(this, 'shape', { ...e }), this.shape)
    },
    ...$.normalizeParams(t),
  }
  return new vt(r)
}
function yt(e, t) {
  return new vt({
    type: 'object',
    get shape() {
      return ($.assignProp(this, 'shape', { ...e }), this.shape)
    },
    catchall: br(),
    ...$.normalizeParams(t),
  })
}
var $r = g('ZodMiniDiscriminatedUnion', (e, t) => {
  ;(st.init(e, t), P.init(e, t))
})
function zt(e, t, r) {
  return new $r({ type: 'union', options: t, discriminator: e, ...$.normalizeParams(r) })
}
var wr = g('ZodMiniRecord', (e, t) => {
  ;(at.init(e, t), P.init(e, t))
})
function bt(e, t, r) {
  return new wr({ type: 'record', keyType: e, valueType: t, ...$.normalizeParams(r) })
}
var Zr = g('ZodMiniEnum', (e, t) => {
  ;(ut.init(e, t), P.init(e, t))
})
function ne(e, t) {
  let r = Array.isArray(e) ? Object.fromEntries(e.map((n) => [n, n])) : e
  return new Zr({ type: 'enum', entries: r, ...$.normalizeParams(t) })
}
var kr = g('ZodMiniLiteral', (e, t) => {
  ;(ct.init(e, t), P.init(e, t))
})
function I(e, t) {
  return new kr({ type: 'literal', values: Array.isArray(e) ? e : [e], ...$.normalizeParams(t) })
}
var Pr = g('ZodMiniTransform', (e, t) => {
  ;(lt.init(e, t), P.init(e, t))
})
function Ae(e) {
  return new Pr({ type: 'transform', transform: e })
}
var Er = g('ZodMiniOptional', (e, t) => {
  ;(pt.init(e, t), P.init(e, t))
})
function oe(e) {
  return new Er({ type: 'optional', innerType: e })
}
var Ar = g('ZodMiniNullable', (e, t) => {
  ;(dt.init(e, t), P.init(e, t))
})
function B(e) {
  return new Ar({ type: 'nullable', innerType: e })
}
var Sr = g('ZodMiniCatch', (e, t) => {
  ;(mt.init(e, t), P.init(e, t))
})
function Z(e, t) {
  return new Sr({ type: 'catch', innerType: e, catchValue: typeof t == 'function' ? t : () => t })
}
var Tr = g('ZodMiniPipe', (e, t) => {
  ;(ft.init(e, t), P.init(e, t))
})
function Se(e, t) {
  return new Tr({ type: 'pipe', in: e, out: t })
}
function L(e) {
  return typeof e == 'object' && e !== null && !Array.isArray(e)
}
var E = class extends Error {
    name = 'ApiError'
    status
    code
    type
    param
    retryAfterMs
    shouldRetry
    requestId
    constructor(t, r, n) {
      ;(super(t, n),
        (this.status = r.status ?? 0),
        (this.code = r.code ?? null),
        (this.type = r.type ?? null),
        (this.param = r.param ?? null),
        (this.retryAfterMs = r.retryAfterMs ?? null),
        (this.shouldRetry = r.shouldRetry ?? !1),
        (this.requestId = r.requestId ?? null))
    }
  },
  Rr = 65536
async function J(e, t) {
  let r = Or(await Te(e, Rr).catch(() => '')),
    n = e.header('x-should-retry')
  return new E(r.message ?? Nr(e.status), {
    ...r,
    status: e.status,
    retryAfterMs: Lr(e, t),
    shouldRetry: n === null ? Cr(e.status) : n === 'true',
    requestId: e.header('x-request-id'),
  })
}
async function Te(e, t) {
  let r = new TextDecoder(),
    n = '',
    o = 0
  for await (let i of e.body)
    if (((n += r.decode(i, { stream: !0 })), (o += i.length), o > t)) break
  return n
}
function N(e) {
  return new E(
    'The connection broke before an answer arrived; check the base URL and the network.',
    { code: 'connection_failed', shouldRetry: !0 },
    { cause: e },
  )
}
function D(e, t) {
  return new E(`The answer is not ${t}; check that the base URL points at a Reelay gateway.`, {
    status: e,
    code: 'unexpected_answer',
  })
}
function Or(e) {
  let t = { message: null, type: null, param: null, code: null },
    r
  try {
    r = JSON.parse(e)
  } catch {
    return t
  }
  if (!L(r)) return t
  let n = r.error
  return L(n)
    ? { message: pe(n.message), type: pe(n.type), param: pe(n.param), code: pe(n.code) }
    : t
}
function pe(e) {
  return typeof e == 'string' && e !== '' ? e : null
}
function Cr(e) {
  return e === 408 || e === 425 || e === 429 || e >= 500
}
function Nr(e) {
  return e === 401 || e === 403
    ? `The key was refused (HTTP ${e}); check the credential.`
    : e === 404
      ? 'Nothing is there (HTTP 404); check the base URL and the id.'
      : e >= 300 && e < 400
        ? `The server redirects (HTTP ${e}); put the final address into the base URL.`
        : `The server answered HTTP ${e} without saying why; try again later.`
}
function Lr(e, t) {
  let r = Number(e.header('retry-after-ms') ?? NaN)
  if (r >= 0) return r
  let n = e.header('retry-after')
  if (n === null || n === '') return null
  let o = Number(n)
  if (o >= 0) return o * 1e3
  let i = Date.parse(n)
  return Number.isNaN(i) ? null : Math.max(0, i - t)
}
var jr = 4,
  Fr = 500
async function $t(e, t, r) {
  let n = await wt(e, t, 0, null, r),
    o = Number(n.header('content-length') ?? NaN)
  return {
    bytes: Number.isSafeInteger(o) ? o : null,
    contentType: n.header('content-type'),
    body: Dr(e, t, n, Number.isSafeInteger(o) ? o : null, r),
  }
}
async function* Dr(e, t, r, n, o) {
  let i = r.header('etag'),
    s = r,
    a = 0,
    p = 0
  for (;;) {
    let f
    try {
      s ??= await wt(e, t, a, i, o)
      for await (let c of s.body) ((a += c.length), (p = 0), yield c)
      if (n === null || a >= n) return
      f = N(new Error(`the body ended after ${a} of ${n} bytes`))
    } catch (c) {
      ;(o?.throwIfAborted(), (f = c instanceof E ? c : N(c)))
    }
    if (((s = null), !f.shouldRetry || i === null || ++p > jr)) throw f
    await e.sleep(Fr * 2 ** (p - 1), o)
  }
}
async function wt(e, t, r, n, o) {
  let i = await e.transport
    .send({
      method: 'GET',
      url: t,
      headers: {
        accept: '*/*',
        ...(r > 0 && n !== null ? { range: `bytes=${r}-`, 'if-range': n } : {}),
      },
      signal: o,
    })
    .catch((s) => {
      throw (o?.throwIfAborted(), N(s))
    })
  if (i.status === (r > 0 ? 206 : 200)) return i
  throw await J(i, e.now())
}
function Me(e) {
  return e.type === 'completed' || e.type === 'failed'
}
function Zt(e) {
  let { limit: t, skip: r, onLine: n } = e,
    o = new TextDecoder('utf-8', { fatal: !1, ignoreBOM: !0 }),
    i = new Uint8Array(0),
    s = 0,
    a = !1,
    p = !1,
    f = !0,
    c = !1
  function u(m) {
    let h = m.length === 0 ? '' : o.decode(m)
    ;(f && ((f = !1), h.charCodeAt(0) === 65279 && (h = h.slice(1))), n(h, m.length))
  }
  function l(m) {
    if (a || m.length === 0) return
    if (s === 0 && m[0] === r) {
      a = !0
      return
    }
    let h = s + m.length
    if (h > t) {
      ;((c = !0), (i = new Uint8Array(0)), (s = 0))
      return
    }
    if (h > i.length) {
      let v = new Uint8Array(Math.max(4096, h, i.length * 2))
      ;(v.set(i.subarray(0, s)), (i = v))
    }
    ;(i.set(m, s), (s = h))
  }
  function d(m) {
    if (a) {
      ;((a = !1), (f = !1))
      return
    }
    if (s > 0) {
      if ((l(m), c)) return
      let h = s
      ;((s = 0), u(i.subarray(0, h)))
      return
    }
    if (m.length > 0 && m[0] === r) {
      f = !1
      return
    }
    if (m.length > t) {
      c = !0
      return
    }
    u(m)
  }
  return {
    get overflowed() {
      return c
    },
    feed(m) {
      if (c || m.length === 0) return
      let h = p && m[0] === 10 ? 1 : 0
      p = !1
      let v = m.indexOf(13, h),
        x = m.indexOf(10, h)
      for (; v !== -1 || x !== -1;) {
        let _ = v === -1 || (x !== -1 && x < v) ? x : v
        if ((d(m.subarray(h, _)), c)) return
        ;((h = _ + 1),
          _ === v && (h === m.length ? (p = !0) : m[h] === 10 && (h += 1)),
          v !== -1 && v < h && (v = m.indexOf(13, h)),
          x !== -1 && x < h && (x = m.indexOf(10, h)))
      }
      l(m.subarray(h))
    },
    flush() {
      if (s === 0 || c) return
      let m = s
      ;((s = 0), u(i.subarray(0, m)))
    },
  }
}
var Ur = 58,
  Vr = 32,
  Ie = 1024 * 1024,
  Br = 6,
  Jr = { line: Ie, event: 4 * Ie, stream: 16 * Ie }
function kt(e) {
  let t = { ...Jr, ...e.limits },
    r = '',
    n = null,
    o = null,
    i = null,
    s = '',
    a = null,
    p = 0,
    f = 0,
    c = Zt({ limit: t.line + Br, skip: Ur, onLine: u })
  function u(d, m) {
    if (i !== null) return
    if (d === '') {
      l()
      return
    }
    let h = d.indexOf(':')
    if (h === 0) return
    switch (h === -1 ? d : d.slice(0, h)) {
      case 'data': {
        let x = de(d, h)
        if (((p += Math.max(0, m - (d.length - x.length)) + (a === null ? 0 : 1)), p > t.event)) {
          ;((i = 'event'), (a = null))
          return
        }
        a =
          a === null
            ? x
            : `${a}
${x}`
        return
      }
      case 'event':
        s = de(d, h)
        return
      case 'id': {
        let x = de(d, h)
        x.includes('\0') || (n = x)
        return
      }
      case 'retry': {
        let x = de(d, h)
        Wr(x) && (o = Number(x))
        return
      }
      default:
        e.onStray?.(d)
    }
  }
  function l() {
    n !== null && (r = n)
    let d = a === null ? null : { type: s === '' ? 'message' : s, data: a, lastEventId: r }
    ;((n = null), (a = null), (p = 0), (s = ''), d !== null && e.onEvent(d))
  }
  return {
    get lastEventId() {
      return r
    },
    get retryMs() {
      return o
    },
    get exceeded() {
      return i
    },
    feed(d) {
      if (i !== null) return
      let m = t.stream - f
      ;((f += d.length),
        c.feed(d.length > m ? d.subarray(0, m) : d),
        i === null && c.overflowed && (i = 'line'),
        i === null && f > t.stream && (i = 'stream'))
    },
    salvage() {
      i === null && (c.flush(), l())
    },
  }
}
function de(e, t) {
  return t === -1 ? '' : e.slice(e.charCodeAt(t + 1) === Vr ? t + 2 : t + 1)
}
function Wr(e) {
  for (let t = 0; t < e.length; t += 1) {
    let r = e.charCodeAt(t)
    if (r < 48 || r > 57) return !1
  }
  return e.length > 0
}
var Pt = {
  invalid_request: {
    status: 400,
    repeat: 'never',
    breaker: !1,
    advice: 'Change the request as the message says; the relay refused it as it stands.',
  },
  content_policy: {
    status: 400,
    repeat: 'never',
    breaker: !1,
    advice: 'Rephrase the prompt or change the image; the relay refuses this content.',
  },
  rate_limited: {
    status: 429,
    repeat: 'always',
    breaker: !1,
    advice: 'Wait and send it again; the relay is busy.',
  },
  auth: {
    status: 503,
    repeat: 'never',
    breaker: !0,
    advice: "Check RELAY_API_KEY: the relay does not accept the gateway's key.",
  },
  quota: {
    status: 503,
    repeat: 'never',
    breaker: !0,
    advice: "Top up the gateway's account at the relay.",
  },
  no_channel: {
    status: 503,
    repeat: 'never',
    breaker: !1,
    advice: 'Choose another model or try later; the relay has no channel for this one now.',
  },
  upstream_unavailable: {
    status: 502,
    repeat: 'refused',
    breaker: !1,
    advice: 'Try again later; the relay cannot take work now.',
  },
  upstream_error: {
    status: 502,
    repeat: 'never',
    breaker: !1,
    advice: 'The relay reported a failure of its own; read the message, then try again.',
  },
  empty_result: {
    status: 502,
    repeat: 'never',
    breaker: !1,
    advice: 'The relay ended without a link; check its console before paying again.',
  },
  not_a_video: {
    status: 502,
    repeat: 'never',
    breaker: !1,
    advice: 'The relay answered with something else than a video; check model and prompt.',
  },
  stream_required: {
    status: 502,
    repeat: 'never',
    breaker: !1,
    advice: 'The relay generates only when asked to stream; report this, the gateway always asks.',
  },
  truncated_stream: {
    status: 502,
    repeat: 'never',
    breaker: !1,
    advice: 'The answer broke off; the relay may still bill it. Check its console first.',
  },
  outcome_unknown: {
    status: 502,
    repeat: 'never',
    breaker: !1,
    advice:
      'Nobody knows whether the relay did the work. To pay again, set accept_possible_charge.',
  },
  download_failed: {
    status: 502,
    repeat: 'never',
    breaker: !1,
    advice: 'The video exists at source_url; POST \u2026/archive tries the download again, unpaid.',
  },
  storage_failed: {
    status: 502,
    repeat: 'never',
    breaker: !1,
    advice: 'The video exists at source_url; POST \u2026/archive tries to store it again, unpaid.',
  },
  timeout: {
    status: 504,
    repeat: 'never',
    breaker: !1,
    advice:
      'A time limit ended it; the relay may still bill it. Raise the limit if this is normal.',
  },
  gateway_timeout: {
    status: 504,
    repeat: 'never',
    breaker: !1,
    advice:
      "A gateway in front of the relay gave up; check the relay's console before paying again.",
  },
  cancelled: {
    status: 409,
    repeat: 'never',
    breaker: !1,
    advice: 'It was cancelled; send the request again to start anew.',
  },
}
function Et(e) {
  return Object.hasOwn(Pt, e)
}
var St = Se(
    A(),
    Ae((e) => (Et(e) ? e : 'upstream_error')),
  ),
  Tt = ne(['none', 'possible', 'certain']),
  Mt = ne(['known', 'unknown']),
  It = ne(['queued', 'running', 'archiving']),
  Rt = M({ code: St, message: Z(A(), '') }),
  At = Z(B(C()), null),
  Re = Z(A(), ''),
  Gr = yt({
    id: A().check(Ee(1)),
    object: I('video'),
    model: Re,
    status: ne(['queued', 'in_progress', 'completed', 'failed']),
    progress: Z(C(), 0),
    created_at: Z(C(), 0),
    completed_at: At,
    expires_at: At,
    prompt: Z(B(A()), null),
    size: Re,
    seconds: Re,
    remixed_from_video_id: Z(B(A()), null),
    error: Z(B(Rt), null),
    phase: Z(It, 'queued'),
    charge: Z(Tt, 'possible'),
    outcome: Z(B(Mt), null),
    metadata: Z(bt(A(), A()), {}),
    url: oe(A()),
    source_url: oe(A()),
  }),
  Ot = Se(
    Gr,
    Ae(({ url: e, source_url: t, ...r }) => ({
      ...r,
      ...(e === void 0 ? {} : { url: e }),
      ...(t === void 0 ? {} : { source_url: t }),
    })),
  ),
  Kr = { type: I('phase'), phase: It, reason: oe(St), retry_at: oe(C()) },
  j = { offset: C(), at: C() },
  Yr = zt('type', [
    M({ ...j, type: I('queued') }),
    M({ ...j, type: I('started'), attempt: Z(C(), 1) }),
    M({ ...j, type: I('progress'), progress: C() }),
    M({ ...j, ...Kr }),
    M({ ...j, type: I('preview'), url: A() }),
    M({ ...j, type: I('archiving') }),
    M({ ...j, type: I('completed'), video: Ot }),
    M({ ...j, type: I('failed'), error: Rt, charge: Tt, outcome: Mt }),
  ])
function Ct(e) {
  let t = Ot.safeParse(e)
  return t.success ? t.data : null
}
function Nt(e) {
  let t
  try {
    t = JSON.parse(e)
  } catch {
    return null
  }
  let r = Yr.safeParse(t)
  if (!r.success) return null
  let n = r.data
  if (n.type !== 'phase') return n
  let { reason: o, retry_at: i, ...s } = n
  return { ...s, ...(o === void 0 ? {} : { reason: o }), ...(i === void 0 ? {} : { retry_at: i }) }
}
var W = class extends Error {
  name = 'WaitLimitError'
  limit
  limitMs
  constructor(t, r) {
    let n = Math.round(r / 1e3)
    ;(super(
      t === 'total'
        ? `The total wait limit of ${n} s passed before the video was finished.`
        : `The silence limit passed: no news about the video for ${n} s.`,
    ),
      (this.limit = t),
      (this.limitMs = r))
  }
}
function Lt({ now: e, sleep: t }, { totalMs: r = 1 / 0, silenceMs: n = 1 / 0 }) {
  let o = e(),
    i = o
  return {
    hearNews() {
      i = e()
    },
    async race(s) {
      let a = o + r - e(),
        p = i + n - e(),
        f = Math.min(a, p)
      if (f === 1 / 0) return await s
      let c = new AbortController(),
        u = async () => {
          throw (
            await t(Math.max(0, f), c.signal), a <= p ? new W('total', r) : new W('silence', n)
          )
        }
      try {
        return await Promise.race([s, u()])
      } finally {
        c.abort()
      }
    },
  }
}
var Hr = 8,
  Xr = 500,
  Qr = 15e3,
  en = Number.MAX_SAFE_INTEGER
async function* jt(e, t, r, n = {}) {
  let o = Lt(e, n),
    i = n.after ?? 0,
    s = 0,
    a = !1
  for (;;) {
    n.signal?.throwIfAborted()
    let p = null,
      f = new AbortController(),
      c = () => f.abort(n.signal?.reason)
    n.signal?.addEventListener('abort', c, { once: !0 })
    try {
      let l = await o.race(
        e.transport.send({
          method: 'GET',
          url: t,
          headers: {
            accept: 'text/event-stream',
            ...(i > 0 ? { 'last-event-id': String(i) } : {}),
          },
          signal: f.signal,
        }),
      )
      if (l.status !== 200) throw await J(l, e.now())
      let d = tn(l)
      for (;;) {
        let m = await o.race(d.next())
        if (m.done === !0) break
        if (
          !(m.value.offset <= i) &&
          ((i = m.value.offset), (s = 0), (a = !1), o.hearNews(), yield m.value, Me(m.value))
        )
          return
      }
      if (a) return
    } catch (l) {
      if (l instanceof W) throw l
      if ((n.signal?.throwIfAborted(), (p = l instanceof E ? l : N(l)), !p.shouldRetry)) throw p
    } finally {
      ;(n.signal?.removeEventListener('abort', c), f.abort())
    }
    if (++s > Hr) throw p ?? N(new Error('the event stream ended again and again'))
    let u = Math.min(Qr, Xr * 2 ** (s - 1))
    ;(await o.race(e.sleep(Math.max(u, p?.retryAfterMs ?? 0), n.signal)),
      p === null && (a = await o.race(r().catch(() => !1))))
  }
}
async function* tn(e) {
  let t = [],
    r = kt({
      limits: { stream: en },
      onEvent: ({ data: n }) => {
        let o = Nt(n)
        o !== null && t.push(o)
      },
    })
  for await (let n of e.body) {
    r.feed(n)
    let o = t
    if (((t = []), yield* o, r.exceeded !== null)) throw D(200, 'an event stream')
  }
}
var rn = 3,
  nn = 1e3,
  on = 6e4,
  sn = 16777216
function an(e) {
  let { transport: t, sleep: r, now: n, baseUrl: o } = e
  async function i(c) {
    let u
    try {
      u = await t.send(c)
    } catch (l) {
      throw (c.signal?.throwIfAborted(), l instanceof E ? l : N(l))
    }
    if (u.status >= 200 && u.status < 300) return u
    throw await J(u, n())
  }
  async function s(c) {
    for (let u = 1; ; u++)
      try {
        return await i(c)
      } catch (l) {
        if (!(l instanceof E) || !l.shouldRetry || u === rn) throw l
        let d = l.retryAfterMs ?? nn * u
        if (d > on) throw l
        await r(d, c.signal)
      }
  }
  async function a(c, u, { idempotencyKey: l, cacheControl: d, signal: m } = {}) {
    let h = {
        method: 'POST',
        url: o + c,
        headers: {
          ...me,
          'content-type': 'application/json',
          ...(l === void 0 ? {} : { 'idempotency-key': l }),
          ...(d === void 0 ? {} : { 'cache-control': d }),
        },
        body: JSON.stringify(u),
        signal: m,
      },
      v = await (l === void 0 ? i(h) : s(h)),
      x = fe(v.status, await Oe(v)),
      _ = v.header('idempotent-replayed') === 'true'
    return { video: x, isNew: !_ && un(v.header('cache-status')), isReplayed: _ }
  }
  async function p(c, u, l) {
    let d = { method: c, url: o + u, headers: me, signal: l }
    return await Oe(await s(d))
  }
  let f = async (c, u) => fe(200, await p('GET', q(c), u))
  return {
    createVideo: (c, u) => a('/videos', c, u),
    remix: (c, u, l) => a(`${q(c)}/remix`, u, l),
    retrieve: f,
    async list({ limit: c, after: u, order: l, signal: d } = {}) {
      let m = [
          ...(c === void 0 ? [] : [`limit=${c}`]),
          ...(u === void 0 ? [] : [`after=${encodeURIComponent(u)}`]),
          ...(l === void 0 ? [] : [`order=${l}`]),
        ].join('&'),
        h = await p('GET', m === '' ? '/videos' : `/videos?${m}`, d)
      return { videos: Ft(h).map((v) => fe(200, v)), hasMore: L(h) && h.has_more === !0 }
    },
    cancel: async (c, u) => fe(200, await p('POST', `${q(c)}/cancel`, u)),
    async remove(c, u) {
      await p('DELETE', q(c), u)
    },
    async models(c) {
      return Ft(await p('GET', '/models', c))
        .map((l) => (L(l) && typeof l.id == 'string' ? l.id : ''))
        .filter((l) => l !== '')
    },
    follow: (c, u) => jt(e, `${o}${q(c)}/events`, async () => cn(await f(c, u?.signal)), u),
    download: (c, u) => $t(e, `${o}${q(c)}/content`, u),
    async call(c, u, l) {
      let d = await i({
          method: c,
          url: o + u,
          headers: l === void 0 ? me : { ...me, 'content-type': 'application/json' },
          body: l === void 0 ? void 0 : JSON.stringify(l),
        }),
        m = await Oe(d)
      if (!L(m)) throw D(d.status, 'a JSON object')
      return m
    },
  }
}
var me = { accept: 'application/json' }
async function Oe(e) {
  let t = await Te(e, sn)
  try {
    return JSON.parse(t)
  } catch {
    throw D(e.status, 'JSON')
  }
}
function fe(e, t) {
  let r = Ct(t)
  if (r === null) throw D(e, 'a video')
  return r
}
function Ft(e) {
  let t = L(e) ? e.data : null
  if (!Array.isArray(t)) throw D(200, 'a list')
  return t
}
function q(e) {
  return `/videos/${encodeURIComponent(e)}`
}
function un(e) {
  let t = (e ?? '').split(';').map((r) => r.trim())
  return !t.includes('hit') && !t.includes('collapsed')
}
function cn(e) {
  return e.status === 'completed' || e.status === 'failed'
}
var ln = {
  status: 'queued',
  phase: 'queued',
  progress: 0,
  charge: 'none',
  outcome: null,
  error: null,
  asset: null,
  preview: null,
  endedAt: null,
  retryAt: null,
}
function pn(e, t) {
  let { event: r } = t
  switch (r.type) {
    case 'queued':
      return e
    case 'started':
      return { ...e, status: 'in_progress', phase: 'running', progress: 0, charge: 'possible' }
    case 'progress':
      return {
        ...e,
        status: 'in_progress',
        progress: Math.max(e.progress, Math.min(99, Math.floor(r.progress))),
      }
    case 'phase':
      return r.retry_at === void 0
        ? { ...e, phase: r.phase }
        : { ...e, status: 'queued', phase: r.phase, progress: 0, charge: 'none' }
    case 'preview':
      return { ...e, preview: r.url }
    case 'archiving':
      return {
        ...e,
        status: 'in_progress',
        phase: 'archiving',
        charge: 'certain',
        outcome: null,
        error: null,
        endedAt: null,
      }
    case 'completed':
      return {
        ...e,
        status: 'completed',
        progress: 100,
        charge: 'certain',
        outcome: 'known',
        error: null,
        asset: r.asset,
        endedAt: t.at,
      }
    case 'failed':
      return {
        ...e,
        status: 'failed',
        charge: r.charge,
        outcome: r.outcome,
        error: { code: r.error.code, message: r.error.message },
        endedAt: t.at,
        retryAt: r.retry_at ?? null,
      }
  }
}
k({ jitless: !0 })
export { E as ApiError, pn as advance, an as createClient, Pt as failures, ln as initialState }
