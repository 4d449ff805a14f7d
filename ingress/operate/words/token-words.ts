const en = {
  operators: {
    title: 'Tokens',
    hint: 'Each who works here has a token of his own. A token is shown once, when it is made.',
    name: 'Name',
    role: 'Role',
    madeBy: 'Made by',
    ends: 'Ends',
    never: 'when it is removed',
    lastUsed: 'Last used',
    notYet: 'not yet',
    remove: 'Remove',
    make: 'Make a token',
    endsAt: 'Ends on (date, may be empty)',
    made: 'The token, shown only here and now:',
    taken: 'There is a token of this name already.',
    copy: 'Give it to whom it is for, and leave this page.',
    none: 'None yet: ADMIN_TOKEN is the only one.',
  },
};

const zh_CN: typeof en = {
  operators: {
    title: '令牌',
    hint: '每位工作人员使用自己的令牌。令牌只在创建时显示一次。',
    name: '名称',
    role: '角色',
    madeBy: '创建人',
    ends: '到期',
    never: '删除时',
    lastUsed: '最近使用',
    notYet: '尚未使用',
    remove: '删除',
    make: '创建令牌',
    endsAt: '到期日（可留空）',
    made: '令牌只在此时此处显示：',
    taken: '已有同名令牌。',
    copy: '请交给使用者，然后离开此页面。',
    none: '还没有：只有 ADMIN_TOKEN。',
  },
};

/** The page of the tokens of those who work here. */
export const tokenWords = { en, zh_CN };
