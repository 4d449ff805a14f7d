const en = {
  audit: {
    title: 'Who did what',
    hint: 'Kept for 400 days. Of secrets only that they changed.',
    actor: 'Who',
    role: 'Role',
    at: 'When',
    action: 'What',
    object: 'To what',
    change: 'Before → after',
    address: 'From',
    filter: 'Show',
    older: 'Older',
    outcomes: {
      begun: 'begun; what came of it is not known',
      done: 'done',
      refused: 'refused: nothing was changed',
    } as Record<string, string>,
    none: 'Nothing.',
  },
};

const zh_CN: typeof en = {
  audit: {
    title: '操作记录',
    hint: '保留 400 天。密钥只记录其已更改。',
    actor: '操作人',
    role: '角色',
    at: '时间',
    action: '操作',
    object: '对象',
    change: '之前 → 之后',
    address: '来源',
    filter: '显示',
    older: '更早',
    outcomes: {
      begun: '已开始；结果未知',
      done: '已完成',
      refused: '被拒绝：未做任何更改',
    },
    none: '没有。',
  },
};

/** Who did what. */
export const auditWords = { en, zh_CN };
