package credential

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/source"
)

// The regions in which AWS answers for Organizations, Data Exports and Cost and Usage
// Reports; that of China is for roles of its partition.
const (
	billingRegion      = "us-east-1"
	billingRegionChina = "cn-northwest-1"
)

// AWS is the configuration by which AWS is called with a credential. Keys come from
// it, and its role is assumed with its external id; a role without keys is assumed by
// the identity that Sluice runs as. Nothing is called yet.
func AWS(ctx context.Context, o Opened) (aws.Config, error) {
	c, err := caller(ctx, o)
	if err != nil {
		return aws.Config{}, err
	}
	if role := o.Field("role_arn"); !role.IsZero() {
		assumed := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(c), role.Reveal(), func(a *stscreds.AssumeRoleOptions) {
			a.RoleSessionName = "sluice"
			if id := o.Field("external_id"); !id.IsZero() {
				a.ExternalID = aws.String(id.Reveal())
			}
		})
		c.Credentials = aws.NewCredentialsCache(assumed)
	}
	return c, nil
}

// caller is AWS before a role is assumed: by the credential's keys, or by the identity
// that Sluice runs as.
func caller(ctx context.Context, o Opened) (aws.Config, error) {
	role := o.Field("role_arn").Reveal()
	region := billingRegion
	if strings.HasPrefix(role, "arn:aws-cn:") {
		region = billingRegionChina
	}
	options := []func(*config.LoadOptions) error{config.WithRegion(region)}
	switch o.Schema {
	case AWSKey:
		id, key := o.Field("access_key_id"), o.Field("secret_access_key")
		if id.IsZero() || key.IsZero() {
			return aws.Config{}, fmt.Errorf("credential %s has no keys; save it again with access_key_id and secret_access_key", o.ID)
		}
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(id.Reveal(), key.Reveal(), "")))
	case AWSRole:
		if role == "" {
			return aws.Config{}, fmt.Errorf("credential %s names no role; save it again with role_arn", o.ID)
		}
	default:
		return aws.Config{}, fmt.Errorf("credential %s is of schema %s, by which AWS cannot be called; it takes %s or %s", o.ID, o.Schema, AWSRole, AWSKey)
	}
	c, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("credential %s: %w", o.ID, err)
	}
	return c, nil
}

// Access is by what the place of a source is opened. A folder needs nothing, whatever
// credential the source names: one without keys says whose the exports are.
func Access(ctx context.Context, home *month.Installation, c billing.Config, s billing.Source) (source.Access, error) {
	if s.Credential == "" || source.IsFolder(s.URL) {
		return source.Access{}, nil
	}
	o, err := OfSource(ctx, home, c, s)
	if err != nil {
		return source.Access{}, err
	}
	return o.Access(ctx)
}

// OfSource opens the credential that a source names.
func OfSource(ctx context.Context, home *month.Installation, c billing.Config, s billing.Source) (Opened, error) {
	named, ok := Of(c, s.Credential)
	if !ok {
		return Opened{}, fmt.Errorf("credential %s of source %s is not declared any more; declare it, or name another one", s.Credential, s.Name)
	}
	keys, err := home.Keys(ctx)
	if err != nil {
		return Opened{}, err
	}
	return Open(ctx, keys, named)
}

// Access is by what a bucket is opened with the credential.
func (o Opened) Access(ctx context.Context) (source.Access, error) {
	switch o.Schema {
	case AWSRole, AWSKey:
		called, err := AWS(ctx, o)
		return source.Access{AWS: &called}, err
	case GoogleKey:
		return source.Access{Google: []byte(o.Field("key").Reveal())}, nil
	case AzureSAS:
		return source.Access{Azure: o.Field("signature").Reveal()}, nil
	}
	return source.Access{}, fmt.Errorf("credential %s is of schema %s, which opens no bucket", o.ID, o.Schema)
}
